// The evidence of a case: looked at in a frame that can do nothing, or saved.

import { html, nothing, type TemplateResult } from "lit-html";

import { readCustody } from "./desk-custody.js";
import { fileLabel } from "./desk-forms.js";
import { type Desk, type EvidenceFile, type OpenedCase, type OpenedMessage } from "./desk-model.js";
import { custodyView } from "./desk-view-custody.js";
import type { Viewing } from "./desk-viewing.js";
import { day, fault, t } from "./desk-words.js";

export interface FileActions {
  saveFile(file: EvidenceFile): void;
  viewFile(file: EvidenceFile): void;
  showClearly(): void;
  closeFile(): void;
}

export const filesOf = (opened: OpenedCase): number => opened.messages.reduce((n, { evidence }) => n + evidence.length, 0);

/** All files, by the message that brought them. */
export function evidenceView(desk: Desk, opened: OpenedCase, act: FileActions): TemplateResult {
  if (!filesOf(opened)) return html`<p class="quiet">${t("evidence.none")}</p>`;
  return html`<p class="help">${t("file.help")}</p>${opened.messages.filter(({ evidence }) => evidence.length).map((message) => html`<section class="asked"><h3>${t("evidence.came", { day: day(message.day) })}</h3>${filesView(desk, message.evidence, act, message)}</section>`)}`;
}

/** `message`: what brought them; a sealed name brings its own. */
export function filesView(desk: Desk, evidence: readonly EvidenceFile[], act: FileActions, message?: OpenedMessage): TemplateResult | typeof nothing {
  if (!evidence.length) return nothing;
  const custody = readCustody(desk.file.opened?.entries ?? [], evidence);
  const { fetching, fileFault } = desk.file;
  return html`<ul class="files">${evidence.map((file) => html`<li>
    ${fileLabel(file.question) ? html`<strong>${fileLabel(file.question)}</strong> ` : nothing}<bdi>${file.name}</bdi> <span class="quiet">${t("file.size", { kib: Math.max(1, Math.round(file.size / 1024)) })}</span>
    ${file.forIntake ? html`<span class="sealed">${t("file.for_intake")}</span>` : nothing}
    <button type="button" data-view=${file.upload} ?disabled=${fetching !== ""} @click=${(): void => act.viewFile(file)}>${t("file.view")}</button>
    <button type="button" data-file=${file.upload} ?disabled=${fetching !== ""} @click=${(): void => act.saveFile(file)}>${t(fetching === file.upload ? "file.fetching" : "file.save")}</button>
    ${fileFault?.upload === file.upload ? html`<p class="broken" role="alert">${fault(fileFault.slug === "not_found" ? "file_gone" : fileFault.slug, "case")} ${fileFault.slug === "heic" ? html`<code>panah evidence view FILE PICTURE.png</code>` : nothing}</p>` : nothing}
    ${desk.file.viewing?.upload === file.upload ? viewer(desk.file.viewing, file, act) : nothing}
    ${custodyView(desk, file, custody.get(file.upload), message ?? null)}</li>`)}</ul>`;
}

function viewer({ kind, url, clear, live }: Viewing, file: EvidenceFile, act: FileActions): TemplateResult {
  return html`<figure id="viewer" class=${clear ? kind : `${kind} blurred`} tabindex="-1" aria-label=${file.name}>
    ${live ? html`<iframe sandbox="allow-scripts" title=${file.name} src=${url} @load=${(event: Event): void => live.loaded(event.target as HTMLIFrameElement)}></iframe>` : html`<iframe sandbox="" title=${file.name} src=${url}></iframe>`}
    <figcaption class="row">${clear ? nothing : html`<button type="button" id="view-clear" @click=${act.showClearly}>${t("file.clear")}</button>`}
      <button type="button" class="plain" id="view-close" @click=${act.closeFile}>${t("file.close")}</button></figcaption></figure>`;
}
