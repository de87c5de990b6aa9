// Under each file: its hashes, how it came, and who opened it when, by signed entries.

import { html, nothing, type TemplateResult } from "lit-html";

import { type Custody, type Seen } from "./desk-custody.js";
import { maySign } from "./desk-files.js";
import type { Desk } from "./desk-model.js";
import type { EvidenceFile, OpenedMessage } from "./desk-opened.js";
import { day, number, t, tn } from "./desk-words.js";

export function custodyView(desk: Desk, file: EvidenceFile, custody: Custody | undefined, message: OpenedMessage | null): TemplateResult {
  const { seen = [], sealed = "" } = custody ?? {};
  const differing = seen.filter(({ differs }) => differs);
  const members = new Set(seen.map(({ actor }) => actor)).size;
  const facts: [string, TemplateResult | string][] = [
    ["sha256", html`<span class="id">${file.plaintextHash}</span>`],
    ["sealed", sealed ? html`<span class="id">${sealed}</span>` : t("custody.not_yet")],
    ["size", t("custody.bytes", { size: number(file.size) })],
    ...(message ? [["came", `${day(message.day)}, ${t(message.kind ? `page.kind.${message.kind}` : "page.account")}`] as [string, string]] : []),
  ];
  return html`
    ${differing.length ? html`<p class="alarm" role="alert">${tn("custody.differs", differing.length)} ${differing.map(seenLine)}</p>` : nothing}
    <details class="custody"><summary>${members ? tn("custody.seen_by", members) : t("custody.unseen")}</summary>
      <dl class="fields">${facts.map(([key, value]) => html`<div><dt>${t(`custody.${key}`)}</dt><dd>${value}</dd></div>`)}</dl>
      ${seen.length ? html`<ol class="plain">${seen.map((one) => html`<li>${seenLine(one)}</li>`)}</ol>` : nothing}
      <p class="help">${t(maySign(desk, desk.file.opened) ? "custody.help" : "custody.unsigned")}</p>
    </details>
  `;
}

function seenLine({ seq, day: on, actor, role, how }: Seen): TemplateResult {
  return html`<span>${day(on)} · ${role ? t(`role.${role}`) : ""} <span class="id">${actor.slice(0, 8)}</span> · ${t(`custody.how.${how}`)} <span class="quiet small-print">${t("books.entry", { n: seq + 1 })}</span></span>`;
}
