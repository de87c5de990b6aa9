// The files that came with a message, and the copies made of them: looked at in a frame that can do nothing, saved, blacked out; who had them open.

import { html, noChange, nothing, type TemplateResult } from "lit-html";
import { live as asKept } from "lit-html/directives/live.js";

import { type Copy, type Custody, readCustody } from "./desk-custody.js";
import { maySign } from "./desk-files.js";
import { fileLabel } from "./desk-forms.js";
import { type Desk, fileKey } from "./desk-model.js";
import type { EvidenceFile, OpenedCase, OpenedMessage } from "./desk-opened.js";
import { custodyView } from "./desk-view-custody.js";
import type { Viewing } from "./desk-viewing.js";
import { clock } from "./viewer-sound.js";
import { day, fault, t, tn } from "./desk-words.js";

const BEGINS: Readonly<Record<string, string>> = { audio: "redact.silence_begin", video: "still.begin" };

export interface FileActions {
  saveFile(file: EvidenceFile): void;
  viewFile(file: EvidenceFile): void;
  redactFile(file: EvidenceFile): void;
  /** `copies` empty: the file itself goes out. */
  chooseCopies(file: EvidenceFile, copies: readonly string[]): void;
  setTranscript(file: EvidenceFile, text: string): void;
  keepTranscript(file: EvidenceFile): void;
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
  return html`<ul class="files">${evidence.map((file) => html`<li>
    ${fileLabel(file.question) ? html`<strong>${fileLabel(file.question)}</strong> ` : nothing}${fileView(desk, file, file.name, custody, message ?? null, act)} ${copiesView(desk, file, custody, act)}</li>`)}</ul>`;
}

/** The person's name for the file, with a box for each sign that would turn the letters round it: what ends in .exe would be read as .jpg. */
export const shownName = (name: string): string => name.replace(/[\p{Bidi_Control}\p{Cc}]/gu, "▯");

function fileView(desk: Desk, file: EvidenceFile, name: string, custody: Map<string, Custody>, message: OpenedMessage | null, act: FileActions): TemplateResult {
  const { fetching, fileFault, viewing } = desk.file;
  return html`<bdi>${shownName(name)}</bdi> <span class="quiet">${t("file.size", { kib: Math.max(1, Math.round(file.size / 1024)) })}</span>
    ${desk.areas.has(fileKey(desk, file)) && viewing?.upload !== file.upload ? html`<span class="tag" data-begun=${file.upload}>${t("redact.begun")}</span>` : nothing}
    ${file.forIntake ? html`<span class="sealed">${t("file.for_intake")}</span>` : nothing}
    <button type="button" data-view=${file.upload} ?disabled=${fetching !== ""} @click=${(): void => act.viewFile(file)}>${t("file.view")}</button>
    <button type="button" data-file=${file.upload} ?disabled=${fetching !== ""} @click=${(): void => act.saveFile(file)}>${t(fetching === file.upload ? "file.fetching" : "file.save")}</button>
    ${fileFault?.upload === file.upload ? html`<p class="broken" role="alert">${fault(fileFault.slug === "not_found" ? "file_gone" : fileFault.slug, "case")} ${fileFault.slug === "heic" ? html`<code>panah evidence view FILE PICTURE.png</code>` : nothing}</p>` : nothing}
    ${viewing?.upload === file.upload ? viewer(desk, viewing, file, message !== null, act) : nothing}
    ${custodyView(desk, file, custody.get(file.upload), message)}`;
}

/** Copies, and which of them go out. The first that is ticked takes the place of the file, which goes along where it is ticked again; the last tick stays. */
function copiesView(desk: Desk, file: EvidenceFile, custody: Map<string, Custody>, act: FileActions): TemplateResult | typeof nothing {
  const { copies = [], chosen: signed = [] } = custody.get(file.upload) ?? {};
  if (!copies.length) return nothing;
  const said = desk.file.goesOut.get(file.upload) ?? signed;
  const chosen = said.length ? said : [file.upload];
  const all: [string, string][] = [[file.upload, t("redact.itself")], ...copies.map((copy, n): [string, string] => [copy.file.upload, copyName(copy, n)])];
  const choose = (id: string) => (event: Event): void => {
    const ticked = (event.target as HTMLInputElement).checked;
    const rest = said.length || id === file.upload ? chosen : [];
    act.chooseCopies(file, all.map(([one]) => one).filter((one) => (one === id ? ticked : rest.includes(one))));
  };
  const signs = maySign(desk, desk.file.opened);
  return html`<ul class="copies">${copies.map((copy, n) => html`<li data-copy=${copy.file.upload}>${fileView(desk, copy.file, copyName(copy, n), custody, null, act)}</li>`)}</ul>
    <fieldset class="choices goes-out" data-goes=${file.upload}><legend>${t("redact.goes_out")}</legend>
      ${all.map(([id, name]) => html`<label class="tick"><input type="checkbox" value=${id} autocomplete="off" ?disabled=${!signs || (chosen.length === 1 && chosen.includes(id))} .checked=${asKept(chosen.includes(id))} @change=${choose(id)} /> ${name}</label>`)}
      ${desk.file.goesOut.has(file.upload) ? html`<p class="quiet" role="status">${t("leaving.sending")}</p>` : nothing}</fieldset>`;
}

const copyName = (copy: Copy, n: number): string => `${t("redact.copy", { n: n + 1, day: day(copy.day) })} · ${whatOf(copy)} · ${copy.role ? t(`role.${copy.role}`) : ""} ${copy.actor.slice(0, 8)}`;

function whatOf({ areas, at }: Copy): string {
  const still = at < 0 ? [] : [t("still.of", { at: clock(at) })];
  return (areas ? [...still, tn("redact.areas", areas)] : at < 0 ? [t("transcript.is")] : still).join(" · ");
}

function viewer(desk: Desk, { kind, url, clear, guessed, live, redacts }: Viewing, file: EvidenceFile, original: boolean, act: FileActions): TemplateResult {
  const signs = original && maySign(desk, desk.file.opened);
  const written = kind === "audio" || kind === "video";
  return html`<figure id="viewer" class=${clear ? kind : `${kind} blurred`} tabindex="-1" aria-label=${file.name}>
    ${guessed ? html`<p class="help">${t("file.guessed")}</p>` : nothing}
    ${live ? html`<iframe sandbox="allow-scripts" title=${file.name} src=${url} @load=${(event: Event): void => live.loaded(event.target as HTMLIFrameElement)}></iframe>` : html`<iframe sandbox="" title=${file.name} src=${url}></iframe>`}
    <figcaption class="row">${clear ? nothing : html`<button type="button" id="view-clear" @click=${act.showClearly}>${t("file.clear")}</button>`}
      ${signs && (redacts || kind === "video") ? html`<button type="button" id="view-redact" ?disabled=${desk.file.fetching !== ""} @click=${(): void => act.redactFile(file)}>${t(BEGINS[kind] ?? "redact.begin")}</button>` : nothing}
      <button type="button" class="plain" id="view-close" @click=${act.closeFile}>${t("file.close")}</button></figcaption>
    ${signs && written ? transcript(desk, file, redacts, act) : nothing}</figure>`;
}

/** Where nothing can be cut out so that nothing is left, and wherever words serve better than a voice that can be known. */
function transcript(desk: Desk, file: EvidenceFile, redacts: boolean, act: FileActions): TemplateResult {
  const text = desk.transcripts.get(fileKey(desk, file)) ?? "";
  return html`<details class="transcript" ?open=${text ? true : noChange}><summary>${t("transcript.begin")}</summary><p class="help">${redacts ? nothing : html`${t("transcript.why")} `}${t("transcript.help")}</p>
    <textarea id="transcript" rows="6" autocomplete="off" lang=${desk.file.opened?.language || nothing} dir="auto" aria-label=${t("transcript.begin")} .value=${asKept(text)} @input=${(event: Event): void => act.setTranscript(file, (event.target as HTMLTextAreaElement).value)}></textarea>
    <p><button type="button" class="main" id="transcript-keep" ?disabled=${desk.file.fetching !== "" || !text.trim()} @click=${(): void => act.keepTranscript(file)}>${t(desk.file.keeping === file.upload ? "leaving.sending" : "transcript.keep")}</button></p></details>`;
}
