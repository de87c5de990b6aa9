// Before a case goes on paper: what leaves, to whom, and that it is signed.

import { html, nothing, type TemplateResult } from "lit-html";

import { type Desk } from "./desk-model.js";
import { PRINTABLE } from "./desk-print.js";
import { type TabId } from "./desk-tabs.js";
import { fault, t } from "./desk-words.js";

export interface PrintActions {
  askPrint(): void;
  unaskPrint(): void;
  choosePrint(parts: TabId[]): void;
  printCase(): void;
}

export function printView(desk: Desk, act: PrintActions): TemplateResult | typeof nothing {
  const { printing, doing, doFault } = desk.file;
  if (!printing) return nothing;
  const change = (id: TabId) => (event: Event): void => act.choosePrint((event.target as HTMLInputElement).checked ? [...printing.parts, id] : printing.parts.filter((one) => one !== id));
  return html`<section class="leaving" id="printing" aria-labelledby="printing-title"><h2 id="printing-title" tabindex="-1">${t("print.title")}</h2>
    <fieldset class="choices"><legend>${t("print.what")}</legend>${PRINTABLE.map((id) => html`<label class="tick"><input type="checkbox" autocomplete="off" data-part=${id} .checked=${printing.parts.includes(id)} @change=${change(id)} /> ${t(`tab.${id}`)}</label>`)}</fieldset>
    <ul class="points"><li>${t("print.open")}</li><li>${t("print.stays")}</li><li>${t("print.signed")}</li></ul>
    ${doFault ? html`<p class="alarm" role="alert">${fault(doFault.slug, "deed")}</p>` : nothing}
    <p class="row"><button type="button" class="main" id="print-do" ?disabled=${doing === "sending" || printing.parts.length === 0} @click=${act.printCase}>${t(doing === "sending" ? "leaving.sending" : "print.do")}</button>
      <button type="button" class="plain" @click=${act.unaskPrint}>${t("leaving.back")}</button></p></section>`;
}
