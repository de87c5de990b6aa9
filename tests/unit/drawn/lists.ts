// The list of cases, lists in a case, presses, and what oversight reads.
import assert from "node:assert/strict";

import { EntryKind } from "../../../crypto/ts/entry.js";
import type { CaseLine, Peek, ShownCopy } from "../../../service/web/src/desk-model.js";
import { pressOnce } from "../../../service/web/src/desk-press.js";
import { asPeek, WAITING } from "../../../service/web/src/desk-queue.js";
import { oversightView } from "../../../service/web/src/desk-view-oversight.js";
import { sameIncident } from "../../../service/web/src/desk-view-patterns.js";
import { type TranslateActions, translateView } from "../../../service/web/src/desk-view-translate.js";
import type { Claims } from "../../claims.js";
import { listsIn, type Template, textOf } from "../drawing.js";
import { heard } from "../page.js";
import { DAY, LINKS, ME, deskOf, entry, opened, wordless } from "./given.js";

export const claims: Claims = {
  "oversight reads first why numbers are hidden, and those that are told stand out from those that are not": () => {
    wordless();
    const desk = deskOf(opened(), "oversight");
    Object.assign(desk, { integrity: { broken: 0, histories: null }, counts: { states: { received: 12, screening: null }, overdue: { received: null, screening: null }, dormant: null, units: { north: { received: 11, screening: null }, south: { received: null } }, deeds: { refusals: 10 }, more: { asked: 0, agreed: 0, refused: 0, cases: 0, broken: 0 }, sample: {} } });
    const text = textOf(oversightView(desk));
    const [why, table] = [text.indexOf("oversight.why"), text.indexOf("<table")];
    assert.ok(why > 0 && why < table, "before the first number");
    assert.deepEqual(text.match(/<td>[^/]*/g), ["<td>12<", '<td><span class="quiet">oversight.under<', '<td><span class="quiet">oversight.under<', '<td><span class="quiet">oversight.under<']);
    assert.deepEqual(text.match(/<dd class=[^/]*/g), ["<dd class=>state.0: 11<", "<dd class=quiet>oversight.none_told<"]);
  },
  "of a case from which somebody is barred their list knows that alone: not what is new in it, nor how urgent, nor that they signed there": () => {
    const told = opened({ acknowledged: true, fresh: 2, unanswered: 2, entries: [entry(0, { kind: EntryKind.text, actor: ME })], place: { ...opened().place, priority: 0 }, unhandedRecords: [], changes: [] } as never);
    const peek = (against: string[]): Peek => asPeek(deskOf(told, "reviewer"), { reaches: true, fault: null, opened: { ...told, against } }, null);
    assert.deepEqual(peek(["agency"]), { ...WAITING, reach: "fault", fault: "barred" });
    assert.deepEqual([peek([]).reach, peek([]).fresh, peek([]).burns, peek([]).mine], ["opens", 2, true, true]);
  },
  "of two presses in one go, and of a held key, a button in a case takes the first; typing goes on": () => {
    pressOnce();
    const hits = (name: string, inside: string, event: object): boolean => {
      let stopped = 0;
      const target = Object.assign(new Element(), { closest: (wanted: string) => (wanted === inside ? target : null) }) as unknown as object;
      for (const hear of heard.get(name) ?? []) hear({ ...event, target, preventDefault: () => (stopped += 1), stopImmediatePropagation: () => (stopped += 1) } as never);
      return stopped === 0;
    };
    const button = ".file button, .copies button, .opening button";
    assert.deepEqual([hits("click", button, { detail: 1 }), hits("click", button, { detail: 0 }), hits("click", button, { detail: 2 })], [true, true, false]);
    assert.deepEqual([hits("keydown", button, { repeat: false, key: "Enter" }), hits("keydown", button, { repeat: true, key: "Enter" }), hits("keydown", button, { repeat: true, key: " " })], [true, false, false]);
    assert.deepEqual([hits("keydown", "textarea", { repeat: true, key: "Enter" }), hits("keydown", button, { repeat: true, key: "Tab" }), hits("click", "textarea", { detail: 2 })], [true, true, true]);
  },
  "cases of one incident keep their buttons by the case": () => {
    const desk = deskOf(opened());
    desk.queue.lines = ["aa", "bb", "cc"].map((cid) => ({ cid }) as CaseLine);
    const facts = { incidents: [["Канар", ""]], stage: "opened", ending: "", purposes: [] };
    desk.translating.copies = LINKS.map((link) => ({ link, text: "слова", language: "ru", code: "", day: DAY, until: DAY, fault: null }) as unknown as ShownCopy);
    assert.deepEqual(listsIn(translateView(desk, { copyDraft: () => ({ text: "", language: "ru" }) } as unknown as TranslateActions, [])).plain, [], "copies too");
    const view = sameIncident(desk, "aa", { open: () => undefined, peek: () => ({ facts }) as unknown as Peek });
    assert.ok(textOf(view).split("<button").length > 2, textOf(view));
    assert.deepEqual(listsIn(view).plain, []);
  },
  "the list of lists finds one that is not keyed": () => {
    const html = (strings: readonly string[], ...values: unknown[]): Template => ({ strings, values });
    assert.equal(listsIn(html(["<div>", "</div>"], [html(["<button>1</button>"]), html(["<button>2</button>"])])).plain.length, 1);
  },
};
