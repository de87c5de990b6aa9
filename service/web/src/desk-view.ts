// The frame of the desk: masthead, the door, the sentence for roles without work here, the warning, the list of keys.

import { html, nothing, type TemplateResult } from "lit-html";

import type { Desk } from "./desk-model.js";
import { isMuch } from "./desk-exposure.js";
import { countUnsent } from "./desk-kept.js";
import { isCaseworker } from "./desk-roles.js";
import { caseView, type CaseActions } from "./desk-view-case.js";
import { unopenedView } from "./desk-view-kept.js";
import { oversightView } from "./desk-view-oversight.js";
import { queueView, type QueueActions } from "./desk-view-queue.js";
import { type TranslateActions, translateView } from "./desk-view-translate.js";
import { day, fault, has, t, tn } from "./desk-words.js";

const COPY_READERS: readonly string[] = ["translator", "adviser"];

export interface Actions extends QueueActions, CaseActions, TranslateActions {
  check(): void;
  choose(file: File | null): void;
  unlock(passphrase: HTMLInputElement): void;
  showTyping(shown: boolean): void;
  lock(): void;
  letters(on: boolean): void;
  openKeys(): void;
  closeKeys(): void;
}

/** Text veiled by style rather than a password field: no browser offers to keep it. */
const VEIL = CSS.supports("-webkit-text-security", "disc");

export function deskView(desk: Desk, act: Actions, languages: [string, string][]): TemplateResult {
  return html`
    ${masthead(desk, act)}
    <main id="main" tabindex="-1">${unopenedView(desk)} ${screen(desk, act, languages)}</main>
    ${warning(desk)} ${keyList(desk, act)}
    <p class="print-how">${t("print.how")}</p>
    <div class="unseen" role="status" aria-live="polite">${desk.announcement}</div>
  `;
}

function screen(desk: Desk, act: Actions, languages: [string, string][]): TemplateResult {
  switch (desk.screen) {
    case "checking":
      return html`<div class="door"><h1 tabindex="-1">${t("door.title")}</h1><p role="status">${t("door.checking")}</p></div>`;
    case "refused":
      return refused(desk, act);
    case "door":
      return door(desk, act);
    case "plain":
      return COPY_READERS.includes(desk.member?.role ?? "") ? translateView(desk, act, languages) : plain(desk);
    case "queue":
      return queueView(desk, act);
    case "case":
      return caseView(desk, act, languages);
  }
}

function masthead(desk: Desk, act: Actions): TemplateResult {
  const { member } = desk;
  if (!member) return html``;
  return html`
    <header class="masthead">
      <p class="who">
        <span class="role">${t(`role.${member.role}`)}</span>
        <span class="id" title=${member.id}>${member.id.slice(0, 8)}</span>
        ${member.group ? html`<span class="group">${member.group}</span>` : nothing}
      </p>
      <nav aria-label=${t("nav.label")}>
        ${isCaseworker(member.role) ? html`<a id="copy-paper" href=${`/${document.documentElement.lang}/paper/`} target="_blank" rel="noopener">${t("nav.paper")}</a>` : nothing}
        <button type="button" class="plain" data-key="keys" @click=${act.openKeys}>${t("nav.keys")} <kbd>?</kbd></button>
        ${exposure(desk)}<button type="button" data-key="lock" @click=${act.lock}>${t("nav.signout")} <kbd>p</kbd></button>
      </nav>
    </header>
  `;
}

/** For the reader alone. After much of it the desk says that a pause is due. */
function exposure({ exposure: seen, member }: Desk): TemplateResult | typeof nothing {
  if (!seen.files || seen.member !== member?.id) return nothing;
  return html`<span id="exposure" class=${isMuch(seen) ? "late" : "quiet"} title=${t("exposure.why")}>${tn("exposure.files", seen.files, { minutes: Math.round(seen.seconds / 60) })}${isMuch(seen) ? ` ${t("exposure.much")}` : ""}</span>`;
}

function refused(desk: Desk, act: Actions): TemplateResult {
  const slug = desk.refusal?.slug ?? "other";
  const own = ["away", "keyring_expired"].includes(slug) ? slug : "";
  return html`
    <div class="door">
      <h1 tabindex="-1">${t("door.title")}</h1>
      <div class="alarm" role="alert">
        <h2>${t(own ? `refused.${own}.title` : "refused.title")}</h2>
        <p>${fault(slug, "keyring")}</p>
        ${slug === "keyring_expired" ? expired(desk.refusal?.fact ?? "") : nothing}
        ${own ? nothing : html`<p>${t("refused.advice")}</p> ${factLine(desk.refusal?.fact)}`}
      </div>
      <button type="button" class="main" @click=${act.check}>${t("refused.again")}</button>
    </div>
  `;
}

/** Both dates, because one of them may be wrong. */
function expired(fact: string): TemplateResult {
  const ended = Number(/expired (\d+)/.exec(fact)?.[1] ?? 0);
  return html`<p>${t("refused.dates", { ended: day(ended), today: day(Math.floor(Date.now() / 86400000)) })}</p>`;
}

function factLine(fact: string | undefined): TemplateResult | typeof nothing {
  return fact ? html`<p class="fact">${t("fault.fact")} <code>${fact}</code></p>` : nothing;
}

function door(desk: Desk, act: Actions): TemplateResult {
  const { door: state, keyring } = desk;
  const busy = state.busy !== "";
  const kept = countUnsent(desk.sealed);
  const submit = (event: Event): void => {
    event.preventDefault();
    const input = document.getElementById("passphrase");
    if (input instanceof HTMLInputElement) act.unlock(input);
  };
  return html`
    <div class="door">
      <h1 tabindex="-1">${t("door.title")}</h1>
      ${state.note ? html`<p class="note" role="status">${t(`door.note.${state.note}`)}</p>` : nothing}
      ${kept ? html`<p class="note">${tn("door.kept", kept)}</p>` : nothing}
      ${state.fault
        ? html`<div class="alarm" role="alert" tabindex="-1" id="door-fault">
            <p>${fault(state.fault.slug, "door")}</p>
            ${has(`door.${state.fault.slug}`) ? nothing : factLine(state.fault.fact)}
          </div>`
        : nothing}
      <form @submit=${submit} autocomplete="off" novalidate>
        <div class="field">
          <label for="keyfile">${t("door.file")}</label>
          <p class="help" id="keyfile-help">${t("door.file.help")}</p>
          <div class="pick">
            <input type="file" id="keyfile" autocomplete="off" ?disabled=${busy} aria-describedby="keyfile-help keyfile-name"
              aria-invalid=${state.field === "file" ? "true" : nothing}
              @change=${(event: Event): void => act.choose((event.target as HTMLInputElement).files?.[0] ?? null)} />
            <span class="button" aria-hidden="true">${t("door.choose")}</span>
            <span id="keyfile-name">${state.fileName || t("door.nothing_chosen")}</span>
          </div>
        </div>
        <div class="field">
          <label for="passphrase">${t("door.passphrase")}</label>
          <p class="help" id="passphrase-help">${t("door.passphrase.help")}</p>
          <input type=${state.shown || VEIL ? "text" : "password"} id="passphrase" class=${state.shown ? "" : "veiled"} autocomplete="off" autocapitalize="off" autocorrect="off"
            spellcheck="false" ?disabled=${busy} aria-describedby="passphrase-help" aria-invalid=${state.field === "passphrase" ? "true" : nothing} />
          <label class="tick"><input type="checkbox" autocomplete="off" .checked=${state.shown}
            @change=${(event: Event): void => act.showTyping((event.target as HTMLInputElement).checked)} /> ${t("door.show")}</label>
        </div>
        ${busy ? stretching(state.busy, state.progress) : html`<button type="submit" class="main" id="unlock">${t("door.unlock")}</button>`}
      </form>
      ${keyring
        ? html`<details class="vouched">
            <summary>
              <span class="mark good">${t("keyring.verified")}</span>
              ${t(keyring.status === "grace" ? "keyring.grace" : "keyring.line", { version: keyring.version, expires: day(keyring.expires) })}
            </summary>
            <p>${t("keyring.threshold", { needed: keyring.threshold })}</p>
            <ul>${keyring.organisations.map((name) => html`<li>${name}</li>`)}</ul>
            <p>${t("keyring.fingerprint")}</p>
            <p class="fingerprint">${keyring.fingerprint}</p>
            <p>${t("keyring.compare")}</p>
          </details>`
        : nothing}
      ${keyring?.clockBehind ? html`<p class="note">${t("keyring.clock", { day: day(keyring.today) })}</p>` : nothing}
      <p class="quiet">${t("door.memory")}</p>
    </div>
  `;
}

function stretching(step: "stretching" | "signing" | "", share: number): TemplateResult {
  const tens = Math.floor(share * 10) * 10;
  return html`
    <div class="progress" id="stretching" tabindex="-1" role="group" aria-labelledby="stretch-label">
      <label for="stretch" id="stretch-label">${t(`door.${step}`)}</label>
      <progress id="stretch" max="1" .value=${step === "signing" ? 1 : share}></progress>
      <p class="help">${t("door.stretching.help")}</p>
      <p class="unseen" role="status">${step === "signing" ? t("door.signing") : tens ? t("door.progress", { percent: tens }) : ""}</p>
    </div>
  `;
}

function plain(desk: Desk): TemplateResult {
  const role = desk.member?.role ?? "";
  if (role === "oversight") return oversightView(desk);
  return html`<div class="empty"><h1 tabindex="-1">${t("plain.title")}</h1><p>${t(`plain.${role}`)}</p><p>${t("plain.until", { day: day(desk.member?.until ?? 0) })}</p></div>`;
}

function warning(desk: Desk): TemplateResult {
  if (!desk.warning) return html``;
  const minutes = Math.floor(desk.warning / 60);
  const seconds = String(desk.warning % 60).padStart(2, "0");
  return html`
    <div class="warning" role="alertdialog" aria-labelledby="warning-title" aria-describedby="warning-text">
      <h2 id="warning-title">${t("warning.title")}</h2>
      <p id="warning-text">${t("warning.text")}</p>
      <p class="clock" aria-hidden="true">${minutes}:${seconds}</p>
      <button type="button" class="main" id="still-here">${t("warning.stay")}</button>
    </div>
  `;
}

const KEYS: [string, string][] = [
  ["j", "keys.down"], ["k", "keys.up"], ["Enter", "keys.open"], ["/", "keys.filter"], ["g", "keys.reload"], ["u", "keys.back"],
  ["d", "keys.due"], ["1 … 9 0", "keys.tabs"], ["r", "keys.reply"], ["n", "keys.step"], ["Ctrl Enter", "keys.send"], ["h", "keys.history"], ["x", "keys.export"], ["p", "keys.lock"], ["?", "keys.list"], ["Esc", "keys.close"],
];

function keyList(desk: Desk, act: Actions): TemplateResult {
  return html`
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">${t("keys.title")}</h2>
      <dl>${KEYS.map(([key, words]) => html`<div><dt>${key.split(" ").map((part) => html`<kbd>${part}</kbd> `)}</dt><dd>${t(words)}</dd></div>`)}</dl>
      <label class="tick"><input type="checkbox" autocomplete="off" .checked=${desk.letters}
        @change=${(event: Event): void => act.letters((event.target as HTMLInputElement).checked)} /> ${t("keys.letters")}</label>
      <button type="button" class="main" @click=${act.closeKeys}>${t("keys.shut")}</button>
    </dialog>
  `;
}
