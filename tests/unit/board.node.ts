// Claims about areas while a copy is made of the pages of a PDF, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_board.py reads it.
// Elements are as much of a document as the board touches; pages come when the claim lets them.
import { type Element, elements } from "./page.js"; // first
import assert from "node:assert/strict";

import { areaOf } from "../../service/web/src/viewer-areas.js";
import { PdfRedactor } from "../../service/web/src/viewer-pdf-redact.js";
import type { Said } from "../../service/web/src/viewer-port.js";
import { type Claims, printClaims } from "../claims.js";

const WORDS = { add: "add", next_area: "next_area", remove: "remove", make: "make", previous: "previous", next: "next", area: "area", page: "page" };

class Pages {
  readonly numPages = 3;
  readonly drawing: (() => void)[] = [];

  getPage(): Promise<unknown> {
    const promise = new Promise<void>((done) => this.drawing.push(done));
    return Promise.resolve({ view: [0, 0, 100, 100], getViewport: ({ scale }: { scale: number }) => ({ width: 100 * scale, height: 100 * scale }), render: () => ({ promise }), cleanup: () => undefined });
  }

  /** Draws what was asked for so far. */
  async come(): Promise<void> {
    await settled();
    for (const done of this.drawing.splice(0)) done();
    await settled();
  }
}

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

/** The first page is on the board, with one area. */
async function begun(chosen = "", told = (_: string): void => undefined): Promise<{ pages: Pages; said: string[]; button: (name: string) => Element; canvas: Element; note: () => string }> {
  elements.length = 0;
  const [pages, said] = [new Pages(), [] as string[]];
  new PdfRedactor(pages as never, WORDS, (one: Said) => (one.kind === "chosen" ? told(one.chosen) : said.push(one.kind)), chosen);
  await pages.come();
  const button = (name: string): Element => elements.find(({ tag, textContent, attributes }) => tag === "button" && (textContent === name || attributes.get("aria-label") === name))!;
  const canvas = elements.find(({ attributes }) => attributes.get("role") === "application")!;
  const note = (): string => elements.find(({ attributes }) => attributes.get("role") === "status")!.textContent;
  button("add").press();
  if (!chosen) assert.match(note(), /^area 1 \/ 1/);
  return { pages, said, button, canvas, note };
}

const claims: Claims = {
  "an area that is drawn, moved or taken away while the copy is made does not change": async () => {
    const { button, canvas, note } = await begun();
    const key = (name: string): void => canvas.hear("keydown", { key: name, preventDefault: () => undefined });
    const drag = (): void => {
      canvas.hear("pointerdown", { pointerId: 1, clientX: 10, clientY: 10 });
      canvas.hear("pointerup", { pointerId: 1, clientX: 60, clientY: 60 });
    };
    drag();
    assert.match(note(), /^area 2 \/ 2/); // before: it is
    key("Delete");
    button("make").press();
    const making = note();
    assert.equal(making, "page 1 / 3");
    for (const act of [(): void => key("Delete"), (): void => key("ArrowLeft"), drag, (): void => button("remove").onclick!(), (): void => button("add").onclick!()]) {
      act();
      assert.equal(note(), making);
    }
  },
  "nothing of the board can be pressed while the copy is made": async () => {
    const { button } = await begun();
    const names = ["add", "next_area", "remove", "previous", "next"];
    assert.deepEqual(names.filter((name) => button(name).disabled), []);
    button("make").press();
    assert.deepEqual(names.filter((name) => !button(name).disabled), []);
  },
  "a page that comes late does not say that all is done": async () => {
    const { pages, said, button } = await begun();
    button("next").press();
    await settled();
    const before = said.length;
    button("make").press();
    await pages.come(); // the page asked for, and the first one of the copy
    assert.deepEqual(said.slice(before).filter((kind) => kind === "ready"), []);
    assert.equal(said[before], "busy");
  },
  "areas are told at each change, page by page, and are there again where they are given back": async () => {
    const told: string[] = [];
    const first = await begun("", (chosen) => told.push(chosen));
    first.button("next").press();
    await first.pages.come();
    first.button("add").press();
    first.canvas.hear("keydown", { key: "ArrowRight", preventDefault: () => undefined });
    first.button("next_area").press(); // nothing changes
    const area = [0.4, 0.4, 0.2, 0.2];
    assert.deepEqual(told.map((one) => JSON.parse(one) as unknown), [[[1, ...area]], [[1, ...area], [2, ...area]], [[1, ...area], [2, 0.4 + 0.02, ...area.slice(1)]]]);
    const again: string[] = [];
    const second = await begun(told[2], (chosen) => again.push(chosen)); // and one more, on the first page
    assert.match(second.note(), /^area 2 \/ 2/);
    second.button("next").press();
    await second.pages.come();
    assert.match(second.note(), /^area 1 \/ 1: 42, 40/);
    for (const page of ["next", "previous", "previous"]) {
      if (page === "previous") second.button("remove").press();
      second.button(page).press();
      await second.pages.come();
    }
    second.button("remove").press();
    second.button("remove").press();
    assert.equal(again[again.length - 1], "", "all are taken away");
  },
  "what is given back and is no list of areas of the file is none": async () => {
    for (const chosen of ["{}", "[1]", "[[1,2]]", "[[1,0,0,1,\"x\"]]", "[[9,0,0,1,1]]", "[[1.5,0,0,1,1]]", "[[", "null"]) assert.match((await begun(chosen)).note(), /^area 1 \/ 1/, chosen);
    assert.match((await begun("[[1,-3,0.5,9,9]]")).note(), /^area 2 \/ 2/);
    assert.deepEqual(areaOf([-3, 0.5, 9, 9]), { x: 0, y: 0.5, w: 1, h: 0.5 });
  },
};

void printClaims(claims);
