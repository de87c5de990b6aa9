// Claims about what the person's page asks of a form, and how files go into messages, run in Node with the main form on stdin: prints {claim: "" or what failed} as JSON. tests/unit/test_files_sent.py reads it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { type Compiled, readForm } from "../../intake_forms/ts/compiled.js";
import { readAsked } from "../../service/web/src/form-asked.js";
import { type Answering, inMessages } from "../../service/web/src/part-answers.js";
import { Files } from "../../service/web/src/part-files.js";
import { lend } from "../../service/web/src/part-lent.js";
import { type Claims, printClaims } from "../claims.js";

const MOST = 64; // SPEC 6.3
lend({ paint: () => undefined, page: () => ({ limits: { account: 200_000, identity: 4_000, intake: 4_000, evidence: 1 << 26 } }) } as never);

const files = (n: number, seal = ""): Answering[] => Array.from({ length: n }, (_, i) => ({ file: { name: `${i}.jpg`, type: "image/jpeg" }, question: seal ? { id: "authority_doc", seal, form: "main" } : undefined })) as never;

const claims: Claims = {
  "what the page has a field of its own for is asked nowhere else, nor a file before the words are sent, and all else is": () => {
    const compiled = JSON.parse(readFileSync(0, "utf8")) as Compiled;
    const questions = ({ sections }: ReturnType<typeof readForm>): string[] => sections.flatMap(({ screens }) => screens.flatMap((screen) => screen.questions.map(({ id, type }) => (type === "file" ? "file" : id))));
    const all = questions(readForm(compiled));
    assert.ok(all.includes("story") && all.includes("file") && all.length > 100);
    assert.deepEqual(questions(readAsked(compiled)), all.filter((id) => id !== "story" && id !== "file"));
  },
  "no message lists more files than whoever reads it takes, and none is left out": () => {
    for (const n of [0, 1, MOST, MOST + 1, 2 * MOST, 200]) {
      const all = files(n);
      const batches = inMessages(all);
      assert.ok(batches.every((one) => one.length <= MOST), String(n));
      assert.deepEqual([batches.flat(), batches.length], [all, Math.max(1, Math.ceil(n / MOST))]);
    }
  },
  "a file in which nothing is cannot be read, and nobody is asked whether to send it": async () => {
    const asked: unknown[] = [];
    const FileKeeper = class {
      ask(what: string): Promise<unknown> {
        asked.push(what);
        return Promise.resolve({ complete: true, removed: [], kept: [] });
      }
    };
    const files = new Files({ FileKeeper } as never, () => Promise.reject(new Error("nothing is sealed")));
    for (const words of [[], ["x"]]) await files.look(new File(words, "снимок.jpg"));
    assert.deepEqual([files.items.map(({ unreadable, choice }) => [unreadable, choice]), asked], [[[true, ""], [false, "clean"]], ["clean"]]);
  },
  "what is locked like a name goes in as many messages as it needs, with the files for all": () => {
    const all = [...files(20, "identity"), ...files(70)];
    const batches = inMessages(all);
    assert.deepEqual(batches.flat(), all);
    assert.ok(batches.length > 2 && batches.every((one) => one.length <= MOST));
  },
};

void printClaims(claims);
