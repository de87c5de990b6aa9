// What is printed, and what is asked before.
import assert from "node:assert/strict";

import { WORK } from "../../../service/web/src/desk-paper.js";
import { paperView, sheetView } from "../../../service/web/src/desk-view-paper.js";
import { papersView, printView } from "../../../service/web/src/desk-view-print.js";
import type { Claims } from "../../claims.js";
import { textOf } from "../drawing.js";
import { ME, ONE, TWO, act, deskOf, papers, short } from "./given.js";

export const claims: Claims = {
  "for another body nobody is named on the paper, in the preview and at the printer": () => {
    const { shown, paper } = papers("court", "agreed", "printed");
    const drawn = textOf(sheetView(deskOf(shown), shown, paper, []));
    for (const there of ["paper.for.court", "paper.level.facts_no_identity", "paper.agreed: role.supervisor", "code.printed", "били", short(shown.cid)]) assert.ok(drawn.includes(there), there);
    for (const id of [ONE, TWO, ME]) assert.ok(!drawn.includes(short(id)) && !drawn.includes(id.slice(0, 8)), id);
    const work = papers(WORK, "agreed");
    const inside = textOf(sheetView(deskOf(work.shown), work.shown, work.paper, []));
    assert.ok(inside.includes(short(ONE)) && inside.includes(short(TWO)), inside);
  },
  "what is printed is what was shown: the heading too stands in the preview": () => {
    const { shown, paper } = papers("court", "agreed", "printed");
    const desk = deskOf(shown);
    desk.file.printing = { ...paper, ready: paper };
    const sheet = textOf(sheetView(desk, shown, paper, []));
    assert.equal(textOf(paperView(desk, shown, [])), `<div id="paper">${sheet}</div>`);
    const waits = papers("court");
    assert.ok(textOf(papersView(deskOf(waits.shown), waits.shown, act, [])).includes(textOf(sheetView(deskOf(waits.shown), waits.shown, waits.paper, []))));
    desk.file.printing = { to: "court", parts: ["account"], upto: 1, ready: null };
    const before = textOf(printView(desk, shown, act, []));
    assert.ok(before.includes(textOf(sheetView(desk, shown, desk.file.printing, []))) && before.includes("sheet-head"), before);
    assert.deepEqual([sheet, before].map((one) => one.includes("paper.asked")), [true, false]); // by whose word it goes, once somebody has asked
  },
};
