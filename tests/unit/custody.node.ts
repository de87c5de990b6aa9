// Claims about the chain of custody, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_custody.py reads it.
import "./page.js"; // first
import assert from "node:assert/strict";

import { chosenLine, copyLine, type Custody, isCustody, openedLine, readCustody } from "../../service/web/src/desk-custody.js";
import type { EvidenceFile, OpenedEntry } from "../../service/web/src/desk-opened.js";
import { newDesk } from "../../service/web/src/desk-model.js";
import { filesView } from "../../service/web/src/desk-view-files.js";
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
      assert.deepEqual(read([note(1, text)]), { seen: [], copies: [], sealed: "", chosen: [] });
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
    assert.deepEqual(read([made]).chosen, []);
    assert.deepEqual(read([made, note(2, chosenLine(ARM, [COPY.upload]))]).chosen, [COPY.upload]);
    assert.deepEqual(read([made, note(2, chosenLine(ARM, [COPY.upload])), note(3, chosenLine(ARM, []))]).chosen, []);
    assert.deepEqual(read([note(1, chosenLine(ARM, [COPY.upload])), note(2, copyLine(ARM, COPY, 1))]).chosen, []);
    assert.deepEqual(read([made, note(2, chosenLine(OTHER, [COPY.upload]))], OTHER.upload).chosen, []);
  },
  "several copies go out, the file itself with them where it is named; one that is not there makes the choice say nothing": () => {
    const still = { ...COPY, upload: id("9").slice(0, 32) };
    const made = [note(1, copyLine(ARM, COPY, 1)), note(2, copyLine(ARM, still, 0, 1))];
    const chosen = (text: string, before: OpenedEntry[] = []): readonly string[] => read([...made, ...before, note(9, text)]).chosen;
    const [both, all] = [[COPY.upload, still.upload], [ARM.upload, still.upload, COPY.upload]];
    assert.deepEqual([chosen(chosenLine(ARM, both)), chosen(chosenLine(ARM, all))], [both, all]);
    assert.deepEqual(chosen(chosenLine(ARM, []), [note(3, chosenLine(ARM, both))]), []);
    const one = [note(3, chosenLine(ARM, [COPY.upload]))];
    for (const wrong of [chosenLine(ARM, [still.upload, OTHER.upload]), chosenLine(ARM, [still.upload, still.upload]), chosenLine(ARM, both).replace("copy: ", "file: "), chosenLine(ARM, [still.upload, "x"])]) assert.deepEqual(chosen(wrong, one), [COPY.upload], wrong);
    assert.equal(isCustody(note(1, `${openedLine(ARM, id("5"), "shown")}\ncopy: ${COPY.upload}\ncopy: ${still.upload}`)), false, "only of a choice");
  },
  "the first copy that is ticked takes the place of the file, more go along, and the last tick stays": () => {
    const still = { ...COPY, upload: id("9").slice(0, 32) };
    const desk = newDesk();
    Object.assign(desk, { member: { id: "aa", role: "reviewer", group: "u", until: 0 } });
    const entries = [note(1, copyLine(ARM, COPY, 1)), note(2, copyLine(ARM, still, 0, 1))];
    Object.assign(desk.file, { opened: { entries, messages: [], against: [] } });
    const ticks = (): Tick[] => ticksIn(filesView(desk, [ARM], { chooseCopies: (file: EvidenceFile, copies: readonly string[]) => desk.file.goesOut.set(file.upload, copies) } as never));
    const press = (n: number, checked: boolean): readonly string[] => {
      ticks()[n]!.change({ target: { checked } });
      return desk.file.goesOut.get(ARM.upload)!;
    };
    assert.deepEqual(ticks().map(({ id }) => id), [ARM.upload, COPY.upload, still.upload]);
    assert.deepEqual([press(1, true), press(2, true), press(0, true)], [[COPY.upload], [COPY.upload, still.upload], [ARM.upload, COPY.upload, still.upload]]);
    assert.deepEqual([press(1, false), press(0, false)], [[ARM.upload, still.upload], [still.upload]]);
    assert.deepEqual(ticks().map(({ disabled }) => disabled), [false, false, true]);
  },
};

interface Tick {
  id: string;
  disabled: boolean;
  change(event: { target: { checked: boolean } }): void;
}

/** The boxes that can be ticked in what is drawn, in their order. */
function ticksIn(drawn: unknown): Tick[] {
  if (Array.isArray(drawn)) return drawn.flatMap(ticksIn);
  const { strings, values = [] } = (drawn ?? {}) as { strings?: readonly string[]; values?: readonly unknown[] };
  if (!strings?.some((one) => one.includes('type="checkbox"'))) return values.flatMap(ticksIn);
  const [id, disabled, , change] = values as [string, boolean, unknown, Tick["change"]];
  return [{ id, disabled, change }];
}

void printClaims(claims);
