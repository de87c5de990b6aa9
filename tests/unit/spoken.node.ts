// Claims about the language in which words at the desk are marked, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_spoken.py reads it.
import "./page.js"; // first
import assert from "node:assert/strict";

import { EntryKind } from "../../crypto/ts/entry.js";
import { State } from "../../crypto/ts/workflow.js";
import { CaseTable, unmoved } from "../../service/web/src/desk-case.js";
import { noFile } from "../../service/web/src/desk-model.js";
import type { OpenedEntry } from "../../service/web/src/desk-opened.js";
import { DeskTranslate } from "../../service/web/src/desk-translate.js";
import { latestView } from "../../service/web/src/desk-view-history.js";
import { notesView } from "../../service/web/src/desk-view-messages.js";
import { loadWords } from "../../service/web/src/desk-words.js";
import { type Claims, printClaims } from "../claims.js";
import { ME, opened, signedBy, type Work, work } from "./deskwork.js";
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
