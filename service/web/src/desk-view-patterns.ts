// What the cases that one reads say together. Under the list, folded away; and in a case, the others of its incident.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { choicesOf } from "./desk-forms.js";
import { type CaseLine, type Desk, type Peek, shortId } from "./desk-model.js";
import { type CaseFacts, type Cluster, clustersOf, type Funnel, funnelOf, type Line } from "./desk-patterns.js";
import { number, t, tn } from "./desk-words.js";

export interface PatternActions {
  open(cid: string): void;
  peek(line: CaseLine): Peek;
}

function factsAll(desk: Desk, act: PatternActions): Map<string, CaseFacts> {
  return new Map(desk.queue.lines.flatMap((line) => {
    const { facts } = act.peek(line);
    return facts ? [[line.cid, facts] as const] : [];
  }));
}

export function patternsView(desk: Desk, act: PatternActions): TemplateResult | typeof nothing {
  const cases = factsAll(desk, act);
  if (cases.size === 0) return nothing;
  const clusters = clustersOf(cases);
  return html`<details id="patterns"><summary>${t("patterns.title")}</summary>
    <p class="help">${t("patterns.help")}</p>
    ${clusters.length ? html`<h3>${t("patterns.incidents")}</h3><ul>${repeat(clusters, ({ name }) => name, (one) => html`<li data-incident=${one.name}><bdi>${one.name}</bdi>: ${tn("patterns.cases", one.cids.length)} ${links(one, "", act)}</li>`)}</ul>` : nothing}
    ${funnelView(funnelOf([...cases.values()]))}
  </details>`;
}

/** In the open case: the others of its incident that this member reads. */
export function sameIncident(desk: Desk, cid: string, act: PatternActions): TemplateResult | typeof nothing {
  const mine = clustersOf(factsAll(desk, act)).filter(({ cids }) => cids.includes(cid));
  if (!mine.length) return nothing;
  return html`<section id="incident"><h3>${t("patterns.same")}</h3><p class="help">${t("patterns.same.help")}</p><ul>${repeat(mine, ({ name }) => name, (one) => html`<li><bdi>${one.name}</bdi>: ${links(one, cid, act)}</li>`)}</ul></section>`;
}

const links = ({ cids }: Cluster, but: string, act: PatternActions): unknown =>
  repeat(cids.filter((cid) => cid !== but), (cid) => cid, (cid) => html`<button type="button" class="plain" data-same=${cid} @click=${(): void => act.open(cid)}><span class="id">${shortId(cid)}</span></button> `);

const few = (n: number | null): string => (n === null ? t("oversight.under") : number(n));

function funnelView({ total, stopped, reached, endings, purposes }: Funnel): TemplateResult {
  if (total === null) return html`<p class="quiet" id="funnel-few">${t("patterns.under_ten")}</p>`;
  const label = (prefix: string, { id }: Line<string>): string => t(`${prefix}.${id}`);
  return html`<h3>${t("patterns.funnel")}</h3>
    <table role="table" class="plain-table" id="funnel"><thead><tr><th scope="col">${t("patterns.stage")}</th><th scope="col">${t("patterns.reached")}</th><th scope="col">${t("patterns.stopped")}</th></tr></thead>
      <tbody>${stopped.map((line, i) => html`<tr data-stage=${line.id}><th scope="row">${label("stage", line)}</th><td>${few(reached[i]?.n ?? null)}</td><td>${few(line.n)}</td></tr>`)}
      <tr><th scope="row">${t("patterns.total")}</th><td></td><td>${number(total)}</td></tr></tbody></table>
    <h3>${t("patterns.endings")}</h3>
    <table role="table" class="plain-table" id="endings"><tbody>${endings.map((line) => html`<tr data-ending=${line.id}><th scope="row">${label("ending", line)}</th><td>${few(line.n)}</td></tr>`)}
      <tr><th scope="row">${t("patterns.total")}</th><td>${number(total)}</td></tr></tbody></table>
    ${purposes.length ? html`<h3>${t("patterns.purposes")}</h3><ul id="purposes">${purposes.map(({ id, n }) => html`<li data-purpose=${id}>${choicesOf("purpose").find(([code]) => code === id)?.[1] ?? id}: ${few(n)}</li>`)}</ul>` : nothing}`;
}
