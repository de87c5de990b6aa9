// Claims about the chain of custody, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_custody.py reads it.
import assert from "node:assert/strict";

import { chosenLine, copyLine, type Custody, isCustody, openedLine, readCustody } from "../../service/web/src/desk-custody.js";
import type { EvidenceFile, OpenedEntry } from "../../service/web/src/desk-opened.js";
import { type Claims, printClaims } from "../claims.js";

const id = (letter: string, length = 64): string => letter.repeat(length);
const file = (letter: string, change: Partial<EvidenceFile> = {}): EvidenceFile => ({
  upload: id(letter, 32), key: id("0"), blobHash: id("b"), plaintextHash: id(letter), size: 5, name: "arm.png", type: "image/png", question: "", forIntake: false, ...change,
});
const [ARM, OTHER] = [file("a"), file("c")];
const COPY = file("d", { key: id("9"), size: 7 });
const SEALED = id("5");

const note = (seq: number, text: string, change: Partial<OpenedEntry> = {}): OpenedEntry => ({
  seq, link: "", kind: 3, state: 1, day: 100 + seq, actor: `member${seq}`, role: "reviewer", cited: "", box: "", count: 1, verdict: "counts", fault: null, text, language: "ru",
  textFault: null, boxKind: 2, code: "custody", until: 0, priority: 5, moved: true, ...change,
});
const read = (entries: OpenedEntry[], upload = ARM.upload): Custody => readCustody(entries, [ARM, OTHER]).get(upload)!;

const claims: Claims = {
  "who opened a file when is read from signed notes, in their order": () => {
    const { seen, sealed } = read([note(3, openedLine(ARM, SEALED, "shown")), note(4, openedLine(OTHER, SEALED, "shown")), note(7, openedLine(ARM, SEALED, "saved"))]);
    assert.deepEqual(seen.map(({ seq, day, actor, how, differs }) => [seq, day, actor, how, differs]), [[3, 103, "member3", "shown", false], [7, 107, "member7", "saved", false]]);
    assert.equal(sealed, SEALED);
  },
  "whoever opened other bytes is told apart, and does not set what is right": () => {
    const { seen, sealed } = read([
      note(1, openedLine({ ...ARM, plaintextHash: id("e") }, id("6"), "shown")), note(2, openedLine(ARM, SEALED, "shown")), note(3, openedLine(ARM, id("7"), "shown")),
      note(4, openedLine({ ...ARM, blobHash: id("e") }, SEALED, "shown")),
    ]);
    assert.deepEqual(seen.map(({ differs }) => differs), [true, false, true, true]);
    assert.equal(sealed, SEALED);
  },
  "a note of another code, or one that does not count, says nothing": () => {
    for (const change of [{ code: "books" }, { code: "" }, { verdict: "void" }, { verdict: "unconfirmed" }, { verdict: "broken" }] as Partial<OpenedEntry>[]) {
      assert.deepEqual(read([note(1, openedLine(ARM, SEALED, "shown"), change)]).seen, []);
    }
  },
  "a line with a field too few, too many or out of form is a note and no record": () => {
    const good = openedLine(ARM, SEALED, "shown");
    assert.ok(isCustody(note(1, good)));
    const spoilt = [good.replace(/\nhow.*/, ""), good.replace(SEALED, SEALED.slice(1)), good.replace(SEALED, id("X")), `${good}\nhow: saved`, `${good}\n\nwords between`, good.replace("opened", "closed"), "", "custody: opened"];
    for (const text of [...spoilt, copyLine(ARM, COPY, 1).replace(/\nkey.*/, ""), `__proto__: ${id("1")}`, `constructor: x\n${good.replace("custody: opened", "toString: y")}`]) {
      assert.ok(!isCustody(note(1, text)), text);
      assert.deepEqual(read([note(1, text)]), { seen: [], copies: [], sealed: "", chosen: "" });
    }
  },
  "a copy belongs to the file whose hash it names, and has a log of its own": () => {
    const entries = [note(1, copyLine(ARM, COPY, 2)), note(2, openedLine(COPY, SEALED, "shown"))];
    const [copy] = read(entries).copies;
    assert.deepEqual([copy?.file.upload, copy?.file.key, copy?.file.size, copy?.areas, copy?.actor], [COPY.upload, COPY.key, 7, 2, "member1"]);
    assert.deepEqual(read(entries, COPY.upload).seen.map(({ seq }) => seq), [2]);
    assert.deepEqual(read(entries).seen, []);
    assert.deepEqual(read([note(1, copyLine({ ...ARM, plaintextHash: id("e") }, COPY, 2))]).copies, []);
  },
  "a still picture says its moment of the film, and a moment that is none is left out": () => {
    const at = (text: string): number | undefined => read([note(1, text)]).copies[0]?.at;
    const still = copyLine(ARM, COPY, 0, 61.5);
    assert.deepEqual([at(still), at(copyLine(ARM, COPY, 0, 0)), at(copyLine(ARM, COPY, 2))], [61.5, 0, -1]);
    for (const wrong of ["1e9", "-1.000", "1.5", "Infinity"]) assert.equal(at(still.replace("61.500", wrong)), -1, wrong);
  },
  "a copy never takes the place of what is there": () => {
    assert.deepEqual(read([note(1, copyLine(ARM, { ...COPY, upload: OTHER.upload }, 1)), note(2, copyLine(ARM, { ...COPY, upload: ARM.upload }, 1))]).copies, []);
    const twice = read([note(1, copyLine(ARM, COPY, 1)), note(2, copyLine(ARM, { ...COPY, key: id("8") }, 1))]);
    assert.deepEqual(twice.copies.map((one) => one.file.key), [COPY.key]);
    assert.deepEqual(read([note(1, copyLine(ARM, { ...COPY, type: "text/html" }, 1)), note(2, copyLine(ARM, { ...COPY, size: 0.5 }, 1))]).copies, []);
  },
  "the last choice counts, and only of a copy of that file": () => {
    const made = note(1, copyLine(ARM, COPY, 1));
    assert.equal(read([made]).chosen, "");
    assert.equal(read([made, note(2, chosenLine(ARM, COPY.upload))]).chosen, COPY.upload);
    assert.equal(read([made, note(2, chosenLine(ARM, COPY.upload)), note(3, chosenLine(ARM, ""))]).chosen, "");
    assert.equal(read([note(1, chosenLine(ARM, COPY.upload)), note(2, copyLine(ARM, COPY, 1))]).chosen, "");
    assert.equal(read([made, note(2, chosenLine(OTHER, COPY.upload))], OTHER.upload).chosen, "");
  },
};

void printClaims(claims);
