// In which language words are written and marked: those for the person as they wish, those between staff as the page is.

import { EntryKind } from "../../../crypto/ts/entry.js";
import type { Deed } from "./desk-calls.js";
import type { Desk } from "./desk-model.js";
import { newestOf, type OpenedCase } from "./desk-opened.js";
import { pageLanguage } from "./desk-words.js";

/** In which words for the person are written: as it was chosen for the answer that is begun, else as they wish. */
function toldLanguage({ drafts, file }: Desk): string {
  const draft = drafts.get(file.cid);
  return draft?.spoken && !draft.toStaff ? draft.language : replyLanguage(file.opened);
}

/** The language in which the person wishes to be answered. */
export function replyLanguage(opened: OpenedCase | null): string {
  return newestOf(opened?.messages ?? []).get("reply_lang") || opened?.language || pageLanguage();
}

/** Whether the person reads the words of a deed. Nobody but staff does once they have closed their mailbox. */
export const isTold = ({ file }: Desk, { visible }: Pick<Deed, "visible">): boolean => visible && file.detail?.mailbox_open !== false;

/** In which the words of a deed are written. Those of a copy stand beside the part of the account that it is made of. */
export function languageOf(desk: Desk, deed: Pick<Deed, "kind" | "visible">): string {
  if (deed.kind === EntryKind.copied) return desk.file.opened?.language || pageLanguage();
  return isTold(desk, deed) ? toldLanguage(desk) : pageLanguage();
}
