// The next step, whom it names, and what it is called.
import assert from "node:assert/strict";

import { State } from "../../../crypto/ts/workflow.js";
import type { Consent } from "../../../service/web/src/desk-consent.js";
import { wantForms } from "../../../service/web/src/desk-forms.js";
import { noPlan } from "../../../service/web/src/desk-model.js";
import type { OpenedEntry } from "../../../service/web/src/desk-opened.js";
import { insteadView } from "../../../service/web/src/desk-routing.js";
import { copiesView } from "../../../service/web/src/desk-view-copies.js";
import { deedsView, readersView } from "../../../service/web/src/desk-view-deeds.js";
import { deed, latestView } from "../../../service/web/src/desk-view-history.js";
import { languagesView, languageView, readsLabel } from "../../../service/web/src/desk-view-languages.js";
import { papersView } from "../../../service/web/src/desk-view-print.js";
import { day, loadWords } from "../../../service/web/src/desk-words.js";
import type { Claims } from "../../claims.js";
import { textOf } from "../drawing.js";
import { DAY, FACTS, ME, ONE, TWO, act, deskOf, entry, known, opened, papers, wordless } from "./given.js";

export const claims: Claims = {
  "in the place of a body that cannot be chosen those alone are named that may have the case, and it is said where there is none": async () => {
    await known;
    wordless();
    const said = (faults: Record<string, string[]>): string[] => {
      const shown = opened({ messages: [{ ...opened().messages[0]!, answers: [["country", "TJ"]] }], referrals: faults });
      const text = textOf(insteadView(shown, ["to_npm"], DAY));
      return text.match(/code\.(?!to_npm)\w+|route\.none_instead/g) ?? [];
    };
    const all = ["to_prosecutor", "to_un", "to_ngo_coalition", "to_lawyer"];
    assert.deepEqual(said(Object.fromEntries(all.map((one) => [one, []]))), all.map((one) => `code.${one}`));
    assert.deepEqual(said({ to_prosecutor: ["implicated"], to_un: ["not_allowed"], to_ngo_coalition: ["waits"], to_lawyer: [] }), ["code.to_lawyer"]);
    assert.deepEqual(said(Object.fromEntries(all.map((one) => [one, ["ask_first"]]))), ["route.none_instead"]);
  },
  "whoever is a member no more is told so, where members are named; their entries keep the role that they had": () => {
    wordless();
    const shown = opened({ readers: [ONE, "99".repeat(16)], keeping: { named: false }, copies: [{ member: "99".repeat(16), role: "", until: DAY }] as never, entries: [entry(0, { actor: "99".repeat(16), role: "supervisor", text: "слова" })] } as never);
    const desk = deskOf(shown);
    const text = textOf(readersView(desk, shown, act)) + textOf(copiesView(shown));
    assert.deepEqual([text.split("role.reviewer").length, text.split("member.left").length], [2, 3]);
    assert.ok(textOf(latestView(shown, () => undefined)).includes("role.supervisor"));
  },
  "whoever did something in a case before it was closed is told in the list of steps that others reopen it": () => {
    const [text, step, approval] = [2, 5, 7];
    wordless();
    const closes = entry(5, { kind: approval, state: State.closed, actor: TWO });
    const offers = (...entries: OpenedEntry[]): boolean => {
      const shown = opened({ state: State.closed, place: { ...opened().place, state: State.closed }, entries });
      return !textOf(deedsView(deskOf(shown, "reviewer"), shown, act)).includes("deed.acted");
    };
    const mine = (seq: number, kind: number, change: Partial<OpenedEntry> = {}): OpenedEntry => entry(seq, { kind, actor: ME, ...change });
    assert.deepEqual([offers(closes), offers(mine(1, text), closes), offers(mine(1, step, { state: State.triaged }), closes)], [true, false, false]);
    assert.deepEqual([offers(mine(1, 1), closes), offers(mine(1, text, { verdict: "void" }), closes), offers(closes, mine(6, text)), offers(closes, mine(6, step, { state: State.review }))], [true, true, true, true], "who only opened it, by what counts nowhere, or since it is closed");
    assert.equal(offers(closes, entry(6, { kind: step, state: State.reopened }), mine(7, text), entry(8, { kind: approval, state: State.closed })), false, "between");
  },
  "the list of what a step is for is called what it asks, and a ground where that is what it is": () => {
    wordless(Object.fromEntries([8, 12, 13, 102, 106].map((target) => [`deed.code.${target}`, `label ${target}`])));
    const label = (target: number, state: number = State.investigation): string => {
      const shown = opened({ place: { ...opened().place, state }, referrals: {}, withholdings: [] } as never);
      const desk = deskOf(shown);
      desk.file.plan = { ...noPlan(), target };
      return /<label for="deed-code">([^<]*)/.exec(textOf(deedsView(desk, shown, act)))?.[1] ?? "";
    };
    assert.deepEqual([State.determination, State.referred, State.suspended].map((target) => label(target)), ["label 8", "label 12", "deed.code"]);
  },
  "in the history a priority alone is called that, and not by the state in which the case stays": () => {
    const [step, proposal, approval, text] = [5, 6, 7, 2];
    const said = [step, proposal, approval, text].flatMap((kind) => [true, false].map((moved) => deed(entry(0, { kind, state: State.triaged, priority: 3, moved }))));
    assert.deepEqual(said.map((one) => /deed\.urgency|state\.\d+/.exec(one)?.[0] ?? ""), ["state.2", "deed.urgency", "state.2", "deed.urgency", "state.2", "deed.urgency", "", ""]);
  },
  "whoever may not have it yet by a later answer is refused by that, and from which day they may is said there": () => {
    wordless({ "consent.lacks.days": "von {day}" });
    const from = `von ${day(DAY + 7)}`;
    const waiting: Consent = { ...FACTS, level: "nothing", waits: [{ level: "with_identity", lacks: "days", until: DAY + 7 }] };
    const shown = opened({ consents: new Map([["court", waiting], ["staff_only", waiting]]), referrals: { to_court: ["waits"], to_npm: ["not_allowed"] }, barred: [], withholdings: [] });
    const planned = (target: number): string => {
      const desk = deskOf(shown);
      desk.file.plan = { ...noPlan(), target };
      return textOf(deedsView(desk, shown, act));
    };
    const referring = planned(State.referred);
    assert.ok(referring.includes(`referral.waits. ${from}`) && referring.split(from).length === 2, referring);
    const triaged = { ...shown, state: State.triaged, place: { ...shown.place, state: State.triaged } };
    const desk = deskOf(triaged);
    desk.file.plan = { ...noPlan(), target: State.assigned };
    assert.ok(textOf(deedsView(desk, triaged, act)).includes(`hand.waits ${from}`));
    const { shown: asked } = papers("court");
    assert.ok(textOf(papersView(deskOf({ ...asked, consents: shown.consents }), { ...asked, consents: shown.consents }, act, [])).includes(from));
    wordless();
  },
  "a language has one name wherever it stands, and that is the form's once it has come": async () => {
    const main = { id: "main", texts: ["", "казахский формы"], lists: { language: [["kk"]] }, sections: [] };
    const words = Object.fromEntries(["language.nobody.writes", "language.reads"].map((key) => [key, `${key}: {language}`]));
    Object.assign(globalThis, { fetch: () => Promise.resolve(Response.json(main)) });
    Object.assign(document, { getElementById: () => ({ textContent: JSON.stringify(words) }) });
    loadWords("ru");
    const shown = opened({ language: "kk", withholdings: [], barred: [] });
    const desk = { ...deskOf(shown), colleagues: [{ id: ONE, role: "translator" as const, group: "", languages: ["kk"] }] };
    const named = (): string[] => [languagesView(desk, shown), languageView(desk, shown), readsLabel(shown, desk.colleagues[0]!)].map((one) => /казахский( формы)?/.exec(textOf(one))?.[0] ?? "");
    assert.deepEqual(named(), ["казахский", "казахский", "казахский"]);
    await new Promise<void>((come) => wantForms(["main"], "ru", come));
    assert.deepEqual(named(), ["казахский формы", "казахский формы", "казахский формы"]);
  },
};
