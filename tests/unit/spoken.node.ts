// Claims about the language in which words at the desk are marked, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_spoken.py reads it.
import "./page.js"; // first
import assert from "node:assert/strict";

import { EntryKind } from "../../crypto/ts/entry.js";
import { State } from "../../crypto/ts/workflow.js";
import { CaseTable, unmoved } from "../../service/web/src/desk-case.js";
import { noFile, noPlan, type Plan } from "../../service/web/src/desk-model.js";
import type { EvidenceFile, OpenedEntry } from "../../service/web/src/desk-opened.js";
import { COPY_OUT } from "../../service/web/src/desk-plan.js";
import { DeskTranslate } from "../../service/web/src/desk-translate.js";
import { deedsView, proposalsView } from "../../service/web/src/desk-view-deeds.js";
import { erasuresView } from "../../service/web/src/desk-view-erasing.js";
import { filesView } from "../../service/web/src/desk-view-files.js";
import { latestView } from "../../service/web/src/desk-view-history.js";
import { holdsView } from "../../service/web/src/desk-view-hold.js";
import { notesView } from "../../service/web/src/desk-view-messages.js";
import { loadWords } from "../../service/web/src/desk-words.js";
import { type Claims, printClaims } from "../claims.js";
import { DAY, ME, opened, OTHER, place, signedBy, type Work, work } from "./deskwork.js";
import { textOf } from "./drawing.js";

/** The page is in Uzbek, and so are no defaults; the account is in Kazakh, to be answered in Kyrgyz. */
function atWork(): Work {
  Object.assign(document, { getElementById: () => ({ textContent: "{}" }) });
  loadWords("uz");
  const at = work();
  const message = { cid: "m1", answers: [["reply_lang", "ky"]] };
  at.next = at.desk.file.opened = opened({ language: "kk", messages: [message] as never });
  return at;
}

const languages = ({ posts }: Work): string[] => posts.map(({ language }) => language);

const claims: Claims = {
  "words between staff are signed in the language of the page, and words for the person in theirs": async () => {
    const at = atWork();
    const { file } = at.desk;
    const deed = unmoved(file.opened!, EntryKind.step);
    await at.deeds.sign(deed, "между нами");
    await at.deeds.sign({ ...deed, visible: true }, "вам");
    await at.deeds.sign(unmoved(file.opened!, EntryKind.copied), "часть их слов");
    await at.deeds.sign(unmoved(file.opened!, EntryKind.refusal), "нет");
    assert.deepEqual(languages(at), ["uz", "ky", "kk", "uz"]);
    at.answer.setDraft({ language: "tg" });
    await at.deeds.sign({ ...deed, visible: true }, "вам");
    await at.deeds.sign(deed, "между нами");
    at.answer.setDraft({ toStaff: true });
    await at.deeds.sign({ ...deed, visible: true }, "вам");
    assert.deepEqual(languages(at).slice(4), ["tg", "uz", "ky"], "as it was chosen for the answer, and not for a note");
  },
  "words of a proposal are between staff whatever was ticked before, as are those for a closed mailbox, and their field is marked so": async () => {
    const at = atWork();
    const { desk, deeds, posts } = at;
    desk.file.opened!.place = { ...place, state: State.investigation };
    const field = (): string => /id=deed-text [^>]*lang=(\S*)/.exec(textOf(deedsView(desk, desk.file.opened!, {} as never)))?.[1] ?? "";
    const fields: string[] = [];
    const signed = async (plan: Partial<Plan>): Promise<void> => {
      deeds.plan({ ...noPlan(), text: "причина", ...plan });
      fields.push(field());
      desk.file.opened!.claimed = [OTHER];
      await deeds.doDeed();
    };
    const determined = { target: State.determination, code: "partly" };
    for (const visible of [true, false]) await signed({ ...determined, visible });
    for (const visible of [true, false]) await signed({ target: State.safetyHold, visible });
    desk.file.detail = { mailbox_open: false } as never;
    await signed({ target: State.safetyHold, visible: true });
    assert.deepEqual(posts.map(({ deed }) => [deed?.kind, deed?.visible]), [[EntryKind.proposal, false], [EntryKind.proposal, false], [EntryKind.step, true], [EntryKind.step, false], [EntryKind.step, false]]);
    assert.deepEqual(languages(at), ["uz", "uz", "ky", "uz", "uz"]);
    assert.deepEqual(fields, languages(at), "as they are signed");
  },
  "words of an approval and of an erasure are marked as the person reads them, those of a refusal as colleagues do": () => {
    const at = atWork();
    const { desk } = at;
    const drawn = (view: unknown): [string, boolean] => [/<textarea id=\S+ [^>]*lang=(\S*)/.exec(textOf(view))?.[1] ?? "", textOf(view).includes("deed.language")];
    const common = { link: "a".repeat(64), seq: 0, actor: OTHER, own: false };
    const proposal = (state: number): unknown => ({ ...common, state, priority: 3, until: 0, lowers: false, members: [], granted: 0, wrapFault: null });
    const decided = (state: number, approves: boolean, visible: boolean): [string, boolean] => {
      const shown = opened({ ...desk.file.opened, place: { ...place, state: State.determination }, proposals: [proposal(state)] as never });
      desk.file.decides = { link: common.link, approves, visible };
      return drawn(proposalsView(desk, shown, {} as never));
    };
    assert.deepEqual([decided(State.closed, true, true), decided(State.closed, true, false), decided(State.closed, false, true)], [["ky", true], ["uz", false], ["uz", false]]);
    const waiting = (asked: boolean): unknown => erasuresView(desk, opened({ ...desk.file.opened, erasing: [{ ...common, asked }] as never }), {} as never);
    assert.deepEqual([drawn(waiting(true)), drawn(waiting(false))], [["ky", true], ["uz", false]], "who cannot agree refuses");
    assert.deepEqual(drawn(holdsView(desk, opened({ ...desk.file.opened, holding: [{ ...common, until: DAY + 9 }] as never }), {} as never)), ["ky", true]);
    const copy = (): [string, boolean] => {
      Object.assign(desk.file, { plan: { ...noPlan(), target: COPY_OUT } });
      desk.member!.role = "reviewer";
      return drawn(deedsView(desk, desk.file.opened!, {} as never));
    };
    assert.deepEqual(copy(), ["kk", false], "beside their own words");
  },
  "what is said in a recording is written down in the language of the account": () => {
    const { desk } = atWork();
    const file = { upload: "a".repeat(32), plaintextHash: "b".repeat(64), name: "rec", type: "audio/wav", size: 9 } as EvidenceFile;
    desk.file.viewing = { upload: file.upload, kind: "audio", url: "", seconds: 0, redacts: true, clear: true, guessed: false, live: null };
    const drawn = textOf(filesView(desk, [file], {} as never, {} as never));
    assert.match(drawn, /<textarea id="transcript" [^>]*lang=kk dir="auto"/);
  },
  "a note that is begun is in the language of the page until another is chosen, an answer in theirs": () => {
    const at = atWork();
    const { answer, desk } = at;
    const spoken = (tab: string): string => {
      desk.file.tab = tab as typeof desk.file.tab;
      return answer.draft().language;
    };
    assert.deepEqual([spoken("messages"), spoken("notes"), spoken("account")], ["ky", "uz", "ky"]);
    answer.setDraft({ toStaff: true });
    assert.equal(spoken("messages"), "uz");
    answer.setDraft({ toStaff: false });
    assert.equal(spoken("notes"), "ky");
    answer.setDraft({ language: "tg" });
    answer.setDraft({ toStaff: true });
    assert.equal(spoken("messages"), "tg", "chosen by hand");
    desk.drafts.clear();
    answer.setDraft({ language: "tg" });
    assert.deepEqual([spoken("messages"), spoken("notes")], ["tg", "tg"], "before a word is written");
    desk.drafts.clear();
    spoken("messages");
    answer.setDraft({ text: "слова" });
    desk.file.opened = opened({ language: "kk" });
    assert.equal(spoken("notes"), "ky", "what is begun stays as it was begun");
    return Promise.resolve();
  },
  "notes that are lines for programs, and what a translator answers, are in the language of the page": async () => {
    const at = atWork();
    const table = new CaseTable(at.desk, at.session as never, { whole: () => Promise.reject(new Error("away")) } as never, () => undefined);
    table.current = { detail: { mailbox_open: true }, request: { cid: "aa" } } as never;
    at.desk.file = { ...noFile(), cid: "aa", opened: at.next };
    await table.postNote("custody", "custody: opened");
    assert.deepEqual(languages(at), ["uz"]);
    assert.equal(new DeskTranslate(at.desk, at.session as never, () => undefined).draft("link").language, "uz");
  },
  "words are shown as what the signed box says that they are": () => {
    atWork();
    const note = { ...signedBy(ME, EntryKind.note, "Қоңырау шалу"), day: 1, role: "reviewer", boxKind: 2, language: "kk", link: "" } as OpenedEntry;
    const shown = opened({ language: "tg", entries: [note, { ...note, kind: EntryKind.step, state: State.closed, language: "ky" }] });
    assert.deepEqual([...textOf(notesView(shown, [], null as never)).matchAll(/ lang=(\w*)/g)].map(([, one]) => one), ["kk", "ky"]);
    assert.deepEqual([...textOf(latestView(shown, () => undefined)).matchAll(/ lang=(\w*)/g)].map(([, one]) => one), ["ky", "kk"]);
    return Promise.resolve();
  },
};

void printClaims(claims);
