// Claims about times as people remember them, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_form_when.py reads it.
import assert from "node:assert/strict";

import { parseTime } from "../../intake_forms/ts/approx.js";
import { inZone, nothing, type Remembered, remembered, whenText } from "../../service/web/src/form-when.js";
import { type Claims, printClaims } from "../claims.js";

const text = (said: Partial<Remembered>): string => whenText({ ...nothing(), ...said });
const FULL = { day: "1", month: "5", year: "2026" };
const DAYS: Partial<Remembered>[] = [
  { year: "2026" }, { year: "2026", month: "2" }, { year: "2024", month: "winter" }, { year: "2026", month: "autumn" }, FULL, { ...FULL, part: "night" }, { ...FULL, part: "evening" },
  { ...FULL, part: "clock", clock: "07:05" }, { ...FULL, part: "clock", clock: "22" }, { ...FULL, about: true }, { day: "29", month: "2", year: "2024" }, { words: "three days before Eid" }, { ...FULL, words: "after the evening prayer" },
  { never: true }, { day: "31", month: "12", year: "1999", part: "morning" },
];

const claims: Claims = {
  "nothing said is no answer": () => {
    assert.equal(text({}), "");
    assert.equal(text({ words: "  " }), "");
  },
  "a day is its first to its last minute": () => {
    assert.equal(text(FULL), "2026-05-01T00:00/2026-05-01T23:59 day -");
  },
  "a month and a year are whole": () => {
    assert.equal(text({ year: "2024", month: "2" }), "2024-02-01T00:00/2024-02-29T23:59 month -");
    assert.equal(text({ year: "2025" }), "2025-01-01T00:00/2025-12-31T23:59 year -");
  },
  "a winter is that before or after": () => {
    assert.equal(text({ year: "2025", month: "winter" }), "2024-12-01T00:00/2026-02-28T23:59 season -");
  },
  "an hour is exact, written as people write it": () => {
    for (const clock of ["7:05", "07.05", "0705", "07 05"]) assert.equal(text({ ...FULL, part: "clock", clock }), "2026-05-01T07:05/2026-05-01T07:05 exact -");
  },
  "an hour alone is all of it": () => {
    for (const clock of ["7", "07"]) assert.equal(text({ ...FULL, part: "clock", clock }), "2026-05-01T07:00/2026-05-01T07:59 hour -");
    assert.equal(text({ ...FULL, clock: "7" }), "2026-05-01T00:00/2026-05-01T23:59 day - 7");
  },
  "some days earlier or later are three on each side": () => {
    assert.equal(text({ ...FULL, about: true }), "2026-04-28T00:00/2026-05-04T23:59 week -");
  },
  "what is no date stays among the words": () => {
    assert.equal(text({ day: "31", month: "2", year: "2026" }), "-/- - - 31 2 2026");
    assert.equal(text({ day: "5", month: "3", words: "last year" }), "-/- - - 5 3 last year");
    assert.equal(text({ ...FULL, part: "clock", clock: "25:00" }), "2026-05-01T00:00/2026-05-01T23:59 day - 25:00");
    assert.equal(text({ year: "26" }), "-/- - - 26");
  },
  "every text is one that the engine reads": () => {
    for (const said of DAYS) {
      const made = text(said);
      parseTime(made);
      parseTime(inZone(made, "Asia/Bishkek"));
    }
  },
  "the fields come back as they were": () => {
    for (const said of DAYS) assert.deepEqual(remembered(text(said)), { ...nothing(), ...said }, text(said));
  },
  "a zone is put in where there was none": () => {
    assert.equal(inZone(text({ ...FULL, words: "x -" }), "Asia/Dushanbe"), "2026-05-01T00:00/2026-05-01T23:59 day Asia/Dushanbe x -");
    assert.equal(inZone("never", "Asia/Dushanbe"), "never");
    assert.equal(inZone("-/- - - words -", "Asia/Dushanbe"), "-/- - - words -");
    assert.equal(inZone("2026-05-01T00:00/2026-05-01T23:59 day UTC", "Asia/Dushanbe"), "2026-05-01T00:00/2026-05-01T23:59 day UTC");
  },
};

void printClaims(claims);
