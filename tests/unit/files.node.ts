// Claims about what the person's page asks of a form, and how files go into messages, run in Node with the main form on stdin: prints {claim: "" or what failed} as JSON. tests/unit/test_files_sent.py reads it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { type Compiled, readForm } from "../../intake_forms/ts/compiled.js";
import { type Form, shownQuestions, shownSections, stepsOf } from "../../intake_forms/ts/answers.js";
import { readAsked } from "../../service/web/src/form-asked.js";
import { type Answering, inMessages } from "../../service/web/src/part-answers.js";
import type { Item } from "../../service/web/src/file-view.js";
import { Files } from "../../service/web/src/part-files.js";
import { lend } from "../../service/web/src/part-lent.js";
import { type Claims, printClaims } from "../claims.js";

const MOST = 64; // SPEC 6.3
const LIMIT = 1 << 26; // bytes of files in one visit
const faults: string[] = [];
const sayable = { say: (id: string) => id, fault: (what: string) => faults.push(what) };
lend({ paint: () => undefined, page: () => ({ limits: { account: 200_000, identity: 4_000, intake: 4_000, evidence: LIMIT } }), ...sayable } as never);

class Keeper {
  static asked: unknown[] = [];
  ask(what: string): Promise<unknown> {
    Keeper.asked.push(what);
    return Promise.resolve({ complete: true, removed: [], kept: [] });
  }
}

const unsealed = (): Files => new Files({ FileKeeper: Keeper } as never, () => Promise.reject(new Error("nothing is sealed")));
/** As a browser shows it; no byte of it is there. */
const sized = (bytes: number): File => Object.defineProperty(new File(["x"], "film.mp4"), "size", { value: bytes });

const files = (n: number, seal = ""): Answering[] => Array.from({ length: n }, (_, i) => ({ file: { name: `${i}.jpg`, type: "image/jpeg" }, question: seal ? { id: "authority_doc", seal, form: "main" } : undefined })) as never;

const claims: Claims = {
  "what the page has a field of its own for is asked nowhere else, nor a file before the words are sent, and all else is": () => {
    const compiled = JSON.parse(readFileSync(0, "utf8")) as Compiled;
    const questions = ({ sections }: ReturnType<typeof readForm>): string[] => sections.flatMap(({ screens }) => screens.flatMap((screen) => screen.questions.map(({ id, type }) => (type === "file" ? "file" : id))));
    const all = questions(readForm(compiled));
    assert.ok(all.includes("story") && all.includes("file") && all.length > 100);
    assert.deepEqual(questions(readAsked(compiled)), all.filter((id) => id !== "story" && id !== "file"));
    assert.deepEqual(questions(readAsked(compiled, ["story", "role", "wishes"])), ["role", "wishes"]);
    const shown = (form: Form): string[] => shownSections(form, new Map()).flatMap((section) => stepsOf(section, new Map()).flatMap((step) => shownQuestions(step, new Map()).map(({ id }) => id)));
    assert.ok(!shown(readAsked(compiled)).includes("alive_status"));
    assert.deepEqual(shown(readAsked(compiled, ["alive_status", "v_name"])), ["v_name", "alive_status"], "of a paper, whatever was ticked");
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
    const files = unsealed();
    Keeper.asked = [];
    for (const words of [[], ["x"]]) await files.look(new File(words, "снимок.jpg"));
    assert.deepEqual([files.items.map(({ unreadable, choice }) => [unreadable, choice]), Keeper.asked], [[[true, ""], [false, "clean"]], ["clean"]]);
  },
  "what one visit sends is counted until it ends: what went before, and an original beside its copy": async () => {
    const files = unsealed();
    const look = async (bytes: number): Promise<number> => {
      await files.look(sized(bytes));
      return files.items.length;
    };
    assert.deepEqual([await look(LIMIT / 2), await look(LIMIT / 2 + 1), faults.splice(0)], [1, 1, ["evidence_too_much"]]);
    for (const choice of ["both", "clean"] as const) {
      (files.items[0] as Item).choice = choice;
      await look(1);
      assert.deepEqual(faults.splice(0), choice === "both" ? ["evidence_too_much"] : []);
    }
    files.state = "sent";
    assert.deepEqual([await look(LIMIT / 2), faults.splice(0)], [0, ["evidence_too_much"]]);
    assert.deepEqual([await look(LIMIT / 2 - 1), faults.splice(0)], [1, []]);
    (files.items[0] as Item).choice = "both"; // chosen when nothing more is added
    await files.send();
    assert.deepEqual([files.state, faults.splice(0)], ["choosing", ["evidence_too_much"]]);
  },
  "what is locked like a name goes in as many messages as it needs, with the files for all": () => {
    const all = [...files(20, "identity"), ...files(70)];
    const batches = inMessages(all);
    assert.deepEqual(batches.flat(), all);
    assert.ok(batches.length > 2 && batches.every((one) => one.length <= MOST));
  },
};

void printClaims(claims);
