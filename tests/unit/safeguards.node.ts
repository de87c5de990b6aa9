// The browser's twin of the safeguards, run in Node: reads {countries, cases, texts} from stdin and prints {cases, texts}.
// tests/unit/test_safeguards_twin.py holds the answers beside those of the Python.
import { readFileSync } from "node:fs";

import { BadTime, parseTime, spanOf, writeTime } from "../../intake_forms/ts/approx.js";
import type { Countries } from "../../intake_forms/ts/countries.js";
import { assess } from "../../intake_forms/ts/safeguards.js";

interface Asked {
  countries: Countries;
  cases: { answers: Record<string, string>; asked: string }[];
  texts: string[];
}

const { countries, cases, texts } = JSON.parse(readFileSync(0, "utf8")) as Asked;

function readText(text: string): { written: string; span: (number | null)[] | null } | null {
  try {
    const time = parseTime(text);
    const span = spanOf(time);
    return { written: writeTime(time), span: span && [span.earliest, span.latest] };
  } catch (error) {
    if (error instanceof BadTime) return null;
    throw error;
  }
}

process.stdout.write(JSON.stringify({
  cases: cases.map(({ answers, asked }) => assess(new Map(Object.entries(answers)), countries, asked)),
  texts: texts.map(readText),
}));
