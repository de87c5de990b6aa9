// The answer or the note that is being written, and the look at what leaves.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { type Desk, type Draft, MAX_TEXT, textBytes } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { openStop } from "./desk-view-alarms.js";
import { day, fault, languageName, t, tn } from "./desk-words.js";

export interface AnswerActions {
  draft(): Draft;
  write(change: Partial<Draft>): void;
  ask(): void;
  unask(): void;
  beginWith(id: string): void;
  send(): void;
}

export function composer(desk: Desk, opened: OpenedCase, act: AnswerActions, languages: [string, string][]): TemplateResult {
  const { file } = desk;
  if (desk.member?.role === "custodian") return html``;
  if (opened.messages[0]?.fault?.slug === "not_a_recipient") return html`<p class="note">${t("reply.others")}</p>`;
  if (opened.chainFault || opened.messages[0]?.fault) return html`<p class="note">${t("reply.blocked")}</p>`;
  if (file.detail?.mailbox_open === false) return html`<p class="note">${t("reply.closed")}</p>`;
  const draft = act.draft();
  const size = textBytes(draft.text);
  const asking = file.sending !== "";
  const title = t(draft.toStaff ? "reply.note" : "reply.title");
  const stop = openStop(opened);
  const codes = languages.some(([code]) => code === draft.language) ? languages : [[draft.language, draft.language] as [string, string], ...languages];
  return html`
    <section class="composer" aria-labelledby="reply-title">
      <h2 id="reply-title">${title}</h2>
      <p class=${draft.toStaff && file.tab === "notes" ? "unseen" : "help"} id="reply-help">${t(draft.toStaff ? "notes.help" : "reply.help")}</p>
      ${file.sendFault && file.said !== "unrecorded" ? html`<div class="alarm" role="alert"><p>${fault(file.sendFault.slug, "reply")}</p></div>` : nothing}
      ${desk.replies["received"]?.[draft.language] && !draft.toStaff && !asking ? html`<label class="begin">${t("reply.begin")} <select id="reply-begin" autocomplete="off" @change=${(event: Event): void => {
          const select = event.target as HTMLSelectElement;
          act.beginWith(select.value);
          select.value = "";
        }}><option value="">${t("deed.none")}</option>${Object.keys(desk.replies).map((id) => html`<option value=${id}>${t(`begin.${id}`)}</option>`)}</select></label>` : nothing}
      <label for="reply" class="unseen">${title}</label>
      <textarea id="reply" rows="7" autocomplete="off" lang=${draft.language || nothing} dir="auto" aria-describedby="reply-help reply-size" ?readonly=${asking}
        .value=${live(draft.text)} @input=${(event: Event): void => act.write({ text: (event.target as HTMLTextAreaElement).value })}></textarea>
      <div class="under">
        <label>${t(draft.toStaff ? "reply.note.language" : "reply.language")}
          <select id="reply-language" autocomplete="off" ?disabled=${asking} @change=${(event: Event): void => act.write({ language: (event.target as HTMLSelectElement).value })}>
            ${codes.map(([code, name]) => html`<option value=${code} .selected=${live(code === draft.language)}>${name}</option>`)}
          </select></label>
        <label>${t("reply.to")}
          <select id="reply-to" autocomplete="off" ?disabled=${asking} @change=${(event: Event): void => act.write({ toStaff: (event.target as HTMLSelectElement).value === "staff" })}>
            <option value="person" .selected=${live(!draft.toStaff)}>${t("reply.to.person")}</option><option value="staff" .selected=${live(draft.toStaff === true)}>${t("reply.to.staff")}</option>
          </select></label>
        <p id="reply-size" class=${size > MAX_TEXT ? "late" : ""}>${t("reply.bytes", { used: size, most: MAX_TEXT })}${size > MAX_TEXT ? html` <strong>${tn("reply.over", size - MAX_TEXT)}</strong>` : nothing}</p>
        ${asking ? nothing : html`<button type="button" class="main" id="reply-ask" @click=${act.ask}>${t("reply.ask")} <kbd>Ctrl Enter</kbd></button>`}
      </div>
      ${stop && !draft.toStaff ? html`<label class="tick"><input type="checkbox" autocomplete="off" ?disabled=${asking} .checked=${draft.takesUpStop}
          @change=${(event: Event): void => act.write({ takesUpStop: (event.target as HTMLInputElement).checked })} /> ${t("reply.stop", { day: day(stop.day) })}</label>` : nothing}
      ${asking ? leaving(desk, draft, act, languages) : nothing}
    </section>
  `;
}

/** Exactly what leaves, to whom, under whose name: before it leaves. */
function leaving(desk: Desk, draft: Draft, act: AnswerActions, languages: [string, string][]): TemplateResult {
  const busy = desk.file.sending === "sending";
  return html`
    <div class="leaving" role="group" aria-labelledby="leaving-title">
      <h3 id="leaving-title">${t("leaving.title")}</h3>
      <ul>
        <li>${tn("leaving.what", [...draft.text.trim()].length, { language: languageName(draft.language, languages) })}</li>
        <li>${t(draft.toStaff ? "leaving.staff_only" : "leaving.person")}</li>
        <li>${t("leaving.readers")}</li>
        <li>${t("leaving.signed", { role: desk.member ? t(`role.${desk.member.role}`) : "", id: desk.member?.id.slice(0, 8) ?? "" })}</li>
      </ul>
      <p>${t("leaving.final")}</p>
      <button type="button" class="main" id="reply-send" ?disabled=${busy} @click=${act.send}>${t(busy ? "leaving.sending" : "leaving.send")}</button>
      <button type="button" class="plain" ?disabled=${busy} @click=${act.unask}>${t("leaving.back")}</button>
    </div>
  `;
}
