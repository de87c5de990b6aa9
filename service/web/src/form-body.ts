// Where the body was hurt: an outline to tap, and the same as a list for whoever does not see or point. Marks as docs/forms.md writes them.

import { type Choice, type Form } from "../../../intake_forms/ts/answers.js";
import { choice, pick } from "./form-view.js";
import { add } from "./page-dom.js";
import { lent } from "./part-lent.js";

interface Mark {
  side: string;
  injury: string;
  seen: string;
}

/** SITE x y width height, of the half to the right of the middle; x 0 stands in the middle, others on both sides. Before the bar the front, then the back. */
const OUTLINE =
  "crown 0 6 9 5 forehead 0 15 8 4 eye 4 21 3 2 ear 12 23 2 4 nose 0 25 2 3 cheek 7 28 3 3 mouth 0 32 4 2 jaw 0 37 7 3 neck_front 0 45 5 5 shoulder 20 54 7 5 chest 9 64 9 8 ribs 10 80 8 7 "
  + "abdomen 0 95 14 8 hip 12 109 6 6 groin 0 112 5 5 genitals 0 122 4 4 upper_arm 27 69 4 11 forearm 33 95 4 12 wrist 37 110 3 3 palm 39 118 4 5 fingers 41 128 4 5 thigh 9 141 7 15 knee 9 163 6 6 "
  + "shin 9 183 5 13 ankle 9 200 4 3 foot_top 11 208 5 4 toes 13 215 5 3|nape 0 43 5 5 upper_back 10 64 10 11 flank_kidney 13 87 6 8 lower_back 0 98 6 8 buttocks 9 117 9 9 elbow 30 83 4 4 "
  + "hand_back 39 118 4 5 nails 41 128 4 5 calf 9 182 6 14 sole 10 210 5 6";
const MIDDLES = [55, 165];
const HEIGHT = 222;
const SIDES = ["left", "right", "both"];
const [NO_SIDE, UNSAID] = ["none", "-"];

export function bodyMap(box: HTMLElement, name: string, form: Form, text: string, give: (text: string) => void): void {
  const marks = read(text);
  const sites = form.lists["body_site"] ?? [];
  const inputs = new Map<string, HTMLInputElement>();
  const drawn = new Map<string, () => void>();
  const tell = (): void => {
    give(sites.filter(([id]) => marks.has(id)).map(([id]) => written(id, marks.get(id) as Mark)).join(" "));
    for (const redraw of drawn.values()) redraw();
  };
  const toggle = (site: string, side: string): void => {
    const mark = marks.get(site);
    if (!mark) marks.set(site, { side: side || NO_SIDE, injury: UNSAID, seen: UNSAID });
    else if (side && mark.side !== side) mark.side = mark.side === NO_SIDE ? side : mark.side === "both" ? other(side) : "both";
    else marks.delete(site);
    drawDetails(site);
    tell();
  };
  figure(box, toggle, (site, side) => {
    const mark = marks.get(site);
    return mark !== undefined && (!side || mark.side === side || mark.side === "both" || mark.side === NO_SIDE);
  }, drawn);
  const places = new Map<string, HTMLElement>();
  const heads = new Map<string, HTMLElement>();
  for (const [id, label, , heading = ""] of sites) {
    if (heading && !heads.has(heading)) {
      const made = add(box, "details", "");
      add(made, "summary", "", heading);
      heads.set(heading, made);
    }
    const into = heads.get(heading) ?? box;
    const input = choice(into, "checkbox", `${name}-${id}`, id, label, marks.has(id));
    inputs.set(id, input);
    input.addEventListener("change", () => toggle(id, ""));
    places.set(id, add(into, "div", "date"));
  }
  function drawDetails(site: string): void {
    const mark = marks.get(site);
    const place = places.get(site);
    if (!place) return;
    const input = inputs.get(site) as HTMLInputElement;
    input.checked = mark !== undefined;
    place.textContent = "";
    place.setAttribute("role", "group"); // of which place the side is asked, and the rest
    place.setAttribute("aria-label", input.parentElement?.textContent ?? "");
    if (!mark) return;
    const head = place.closest("details");
    if (head) head.open = true;
    const ask = (what: "side" | "injury" | "seen", unsaid: string, choices: readonly Choice[]): void => {
      const hear = (value: string): unknown => (mark[what] = value || unsaid);
      pick(place, `${name}-${site}-${what}`, lent.say(`body_${what}`), choices, mark[what].replace(unsaid, ""), hear, tell);
    };
    ask("side", NO_SIDE, SIDES.map((one) => [one, lent.say(`body_${one}`)]));
    ask("injury", UNSAID, form.lists["injury"] ?? []);
    ask("seen", UNSAID, ["yes", "no"].map((one) => [one, lent.say(one)]));
  }
  for (const site of marks.keys()) drawDetails(site);
}

const other = (side: string): string => (side === "left" ? "right" : "left");
const written = (site: string, { side, injury, seen }: Mark): string => `${site}.${side}.${injury}.${seen}`;

function read(text: string): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const one of text.split(" ")) {
    const [site = "", side = NO_SIDE, injury = UNSAID, seen = UNSAID] = one.split(".");
    if (site) marks.set(site, { side, injury, seen });
  }
  return marks;
}

/** Two outlines of ovals. They are seen and tapped only: the list under them says and does the same. */
function figure(box: HTMLElement, toggle: (site: string, side: string) => void, on: (site: string, side: string) => boolean, drawn: Map<string, () => void>): void {
  const svg = shape(box, "svg", { viewBox: `0 0 220 ${HEIGHT}`, class: "body", "aria-hidden": "true" });
  OUTLINE.split("|").forEach((view, n) => {
    const middle = MIDDLES[n] as number;
    const words = view.split(" ");
    for (let at = 0; at < words.length; at += 5) {
      const [site = "", x, y, rx, ry] = words.slice(at, at + 5);
      for (const half of Number(x) ? [-1, 1] : [0]) {
        // in front, the person's left is on the right of who looks
        const side = half === 0 ? "" : (half > 0) === (n === 0) ? "left" : "right";
        const oval = shape(svg, "ellipse", { cx: middle + half * Number(x), cy: String(y), rx: String(rx), ry: String(ry) });
        oval.addEventListener("click", () => toggle(site, side));
        const redraw = (): void => void oval.toggleAttribute("data-on", on(site, side));
        drawn.set(`${site}${n}${half}`, redraw);
        redraw();
      }
    }
  });
}

function shape(into: Element, name: string, facts: Record<string, string | number>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key of Object.keys(facts)) made.setAttribute(key, String(facts[key]));
  into.append(made);
  return made;
}
