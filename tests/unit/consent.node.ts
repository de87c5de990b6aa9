// The desk's twin of what the person allows, run in Node: reads cases from stdin and prints for each its consents, in the form of tests/vectors/consent.json.
// tests/unit/test_consent.py holds them beside those of the Python.
import { readFileSync } from "node:fs";

import { consentsIn } from "../../service/web/src/desk-consent.js";

interface Case {
  messages: [string, string][][];
  looks: [number, number, boolean][];
  today: number;
}

const cases = JSON.parse(readFileSync(0, "utf8")) as Case[];

process.stdout.write(JSON.stringify(cases.map(({ messages, looks, today }) => {
  const found = consentsIn(messages, looks.map(([count, day, asks]) => ({ count, day, asks })), today);
  return [...found].map(([scope, { level, at, since, urgent, waits }]) => [scope, [level, at, since, urgent, waits.map((wait) => [wait.level, wait.lacks, wait.until])]]);
})));
