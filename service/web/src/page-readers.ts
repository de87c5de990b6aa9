// The signed list of readers: fetched, handed to the worker, judged there. Shown in words that anybody can check on paper.

import { call } from "#server";
import { deviceDay, el, fromHex, write } from "./page-dom.js";
import { page, say, sayDay, sayFault } from "./page-ui.js";
import { type Keeper } from "#keeper";
import { Refusal } from "./refusal.js";
import { type Panel, type Readers, type Refused, type Vouching } from "./worker-calls.js";

const FEWEST = 4;
const AGAIN = 5000; // ms, after the line broke

export type Trust = { state: "wait" } | { state: "away" } | ({ state: "ok" } & Readers) | ({ state: "refused" } & Refused);

export class Readership {
  trust: Trust = { state: "wait" };
  private vouching: Vouching | undefined;
  private asked: Promise<void> | undefined;
  private out: string[] = []; // as ticked when it was looked at last

  constructor(private readonly keeper: Keeper, private readonly changed: () => void) {
    const { first, roots, keyring, build_day } = page;
    const pins = { first: fromHex(first), roots: roots === undefined ? undefined : fromHex(roots), version: keyring.version, hash: fromHex(keyring.hash), buildDay: build_day };
    keeper.ask("pin", pins).then((vouching) => {
      this.vouching = vouching;
      changed();
    }, () => this.judge({ state: "refused", slug: "no_worker" }));
  }

  /** Once, however often it is asked; anew after a failure or with `again`. */
  load(again = false): Promise<void> {
    if (again || this.trust.state === "away" || this.trust.state === "refused") this.asked = undefined;
    return (this.asked ??= this.fetch());
  }

  private async fetch(): Promise<void> {
    if (this.trust.state !== "ok") this.judge({ state: "wait" });
    try {
      const [keyring, kem] = await Promise.all([call("keyring"), call("keyring/kem")]);
      const verdict = await this.keeper.ask("keyring", { keyring, kem, deviceDay: deviceDay() });
      this.judge(verdict.slug === undefined ? { state: "ok", ...verdict } : { state: "refused", ...verdict });
    } catch (error) {
      const slug = error instanceof Refusal ? error.slug : "internal";
      if (slug !== "away" && slug !== "busy") return this.judge({ state: "refused", slug });
      this.judge({ state: "away" });
      window.setTimeout(() => this.trust.state === "away" && void this.load(), AGAIN);
    }
  }

  /** Resolves once they are trusted; else throws why not. */
  async ensure(again = false): Promise<void> {
    await this.load(again);
    const { trust } = this;
    if (trust.state !== "ok") throw new Refusal(trust.state === "refused" ? trust.slug : "away");
  }

  private judge(trust: Trust): void {
    this.trust = trust;
    this.changed();
  }

  /** Ids of the panels that the person left out, also while there is nothing to tick: the page may have come in another language. */
  leftOut(): string[] {
    const boxes = Array.from(document.querySelectorAll<HTMLInputElement>("[name=panel]"));
    if (boxes.length) this.out = boxes.filter(({ checked }) => checked).map(({ value }) => value).sort();
    return this.out;
  }

  /** Whether too few would be left to be drawn. */
  tooFew(): boolean {
    const { trust } = this;
    const out = this.leftOut();
    return trust.state === "ok" && out.length > 0 && trust.panels.reduce((sum, { id, readers }) => sum + (out.includes(id) ? 0 : readers), 0) < FEWEST;
  }

  /** What to say when they are not to be trusted. */
  why(): string {
    const { trust } = this;
    if (trust.state === "away") return say("readers_away");
    if (trust.state !== "refused") return "";
    const days = { today: sayDay(trust.today ?? deviceDay()), expires: sayDay(trust.expires ?? 0) };
    return sayFault(trust.slug === "malformed" ? "wrong_roots" : trust.slug, days);
  }

  paint(): void {
    const { trust, vouching } = this;
    const who = el("who");
    who.dataset["state"] = trust.state === "ok" && trust.grace ? "grace" : trust.state === "away" ? "refused" : trust.state;
    el("who-wait").hidden = trust.state !== "wait";
    el("behind").hidden = el("readers").hidden = trust.state !== "ok";
    write("who-notice", trust.state !== "ok" ? this.why() : trust.grace && !trust.overdue ? say("grace", { expires: sayDay(trust.expires) }) : trust.widened ? say("widened") : "");
    if (trust.state === "ok" && trust.overdue) write("overdue", say("overdue", { expires: sayDay(trust.expires), today: sayDay(trust.today) }));
    write("clock", trust.state === "ok" && trust.clockBehind ? say("clock_behind", { today: sayDay(deviceDay()) }) : "");
    if (trust.state !== "ok") return;
    write("readers", say("readers", { drawn: trust.drawn, reviewers: trust.roles[1] ?? 0 }));
    list("roles", trust.roles.flatMap((count, role) => (count ? [`${say(`role${role}`)}: ${count}`] : [])));
    this.paintPanels(trust.panels);
    list("organisations", vouching?.organisations ?? []);
    el("fingerprint").textContent = vouching?.fingerprint ?? "";
  }

  /** Made once: what is ticked stays ticked, in another language too. */
  private paintPanels(panels: readonly Panel[]): void {
    el("leave-out").hidden = panels.length < 2;
    const place = el("panels");
    const out = this.leftOut();
    if (place.childElementCount > 0) return;
    for (const { id, countries, readers } of panels) {
      const label = document.createElement("label");
      label.className = "choice";
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", name: "panel", value: id, autocomplete: "off", checked: out.includes(id) });
      const text = document.createElement("span");
      text.textContent = say(countries.length ? "panel_some" : "panel_all", { countries: countries.map((one) => say(one)).join(", "), n: readers });
      label.append(box, text);
      place.append(label);
    }
  }
}

function list(id: string, lines: string[]): void {
  const place = el(id);
  place.textContent = "";
  for (const line of lines) {
    const item = document.createElement("li");
    item.textContent = line;
    place.append(item);
  }
}
