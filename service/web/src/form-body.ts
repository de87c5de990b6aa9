// Where the body was hurt: an outline to tap, and the same as a list for whoever does not see or point. Marks as docs/forms.md writes them.

import { type Choice, type Form, listOf } from "../../../intake_forms/ts/answers.js";
import { choice, pick } from "./form-view.js";
import { add } from "./page-dom.js";
import { lent } from "./part-lent.js";

interface Mark {
  side: string;
  injury: string;
  seen: string;
}

/**
 * Each view: height, the half of an outline that lies to the right of the middle, and SITE x y of each place in that half; x 0 stands in the middle, others on
 * both sides. A tap means the nearest place, so that what is small is not hard to hit. The head is drawn apart and larger; sites with no place are in the list.
 */
const VIEWS = [
  [110, "M0 4C48 4 40 102 0 102M34 46q7-3 1 16M9 42q8-6 16 0M0 46v14h5M0 80q7 0 12-3",
    "crown 0 6 forehead 0 24 eye 17 42 ear 38 54 nose 0 58 cheek 22 66 mouth 0 80 jaw 17 92"],
  [222, "M0 2C16 2 13 30 5 40V48C8 52 19 53 23 57 32 66 34 100 43 122 44 132 38 132 36 126 30 110 24 88 20 74 16 90 19 110 19 125 18 160 15 180 14 201 17 208 21 218 12 219 5 219 6 208 6 200 8 180 5 150 0 125",
    "neck_front 0 46 shoulder 19 58 chest 9 68 ribs 11 85 abdomen 0 97 hip 13 110 groin 5 117 genitals 0 128 upper_arm 26 75 forearm 31 98 wrist 36 109 palm 39 118 fingers 41 129 thigh 10 145 knee 10 168 shin 10 187 ankle 10 202 foot_top 11 211 toes 14 218"],
  [222, "", "nape 0 46 upper_back 11 68 flank_kidney 12 90 lower_back 0 101 buttocks 9 118 elbow 29 87 hand_back 39 118 nails 41 130 calf 10 183 sole 11 214"],
] as const;
const HEAD = 40; // in the two large views, what lies above it is a head
const WIDE = 55; // from the middle to either edge
const SIDES = ["left", "right", "both"];
const [NO_SIDE, UNSAID] = ["none", "-"];

export function bodyMap(box: HTMLElement, name: string, form: Form, text: string, give: (text: string) => void): void {
  const marks = read(text);
  const sites = listOf(form, "body_site");
  const inputs = new Map<string, HTMLInputElement>();
  const tell = (): void => {
    give(sites.filter(([id]) => marks.has(id)).map(([id]) => written(id, marks.get(id) as Mark)).join(" "));
    redraw();
  };
  const toggle = (site: string, side: string): void => {
    const mark = marks.get(site);
    if (!mark) marks.set(site, { side: side || NO_SIDE, injury: UNSAID, seen: UNSAID });
    else if (side && mark.side !== side) mark.side = mark.side === NO_SIDE ? side : mark.side === "both" ? other(side) : "both";
    else marks.delete(site);
    drawDetails(site);
    tell();
  };
  const views = ["face", "front", "back"].map((view, n) => drawView(box, n, lent.say(`body_${view}`), (site, side) => {
    if (!site) return void ((views[0] as View).place.open = true);
    toggle(site, side);
    return [sites.find(([id]) => id === site)?.[1], side && marks.has(site) && lent.say(`body_${side}`)].filter(Boolean).join(", ");
  }));
  (views[1] as View).place.open = true;
  const redraw = (): void => {
    for (const view of views) {
      view.dots((site, side) => {
        const mark = marks.get(site);
        return mark !== undefined && (!side || [side, "both", "none"].includes(mark.side));
      });
    }
  };
  redraw();
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
    ask("injury", UNSAID, listOf(form, "injury"));
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

interface View {
  place: HTMLDetailsElement;
  dots(on: (site: string, side: string) => boolean): void;
}

/** One outline, and under it in words what was tapped. It is seen and tapped only: the list says and does the same. */
function drawView(box: HTMLElement, n: number, title: string, tapped: (site: string, side: string) => string | void): View {
  const [height, path, spots] = VIEWS[n] as (typeof VIEWS)[number];
  const place = add(box, "details", "") as HTMLDetailsElement;
  add(place, "summary", "", title);
  const svg = shape(place, "svg", { viewBox: `${-WIDE} 0 ${2 * WIDE} ${height}`, class: "body", "aria-hidden": "true" });
  const said = add(place, "p", "soft");
  // in front, the person's left is on the right of who looks
  const sideOf = (half: number): string => (half > 0) === (n < 2) ? "left" : "right";
  for (const half of [-1, 1]) {
    shape(svg, "path", { d: path || VIEWS[1][1], transform: `scale(${half} 1)` });
    shape(svg, "text", { x: half * 38, y: 9 }).textContent = lent.say(`body_${sideOf(half)}`);
  }
  if (!path) shape(svg, "path", { d: "M0 56v56" });
  const all: { site: string; side: string; x: number; y: number; dot: SVGElement }[] = [];
  const words = spots.split(" ");
  for (let at = 0; at < words.length; at += 3) {
    const [site = "", x = 0, y = 0] = [words[at], Number(words[at + 1]), Number(words[at + 2])];
    for (const half of x ? [-1, 1] : [0]) all.push({ site, side: half ? sideOf(half) : "", x: x * half, y, dot: shape(svg, "circle", { cx: x * half, cy: y, r: 5 }) });
  }
  svg.addEventListener("click", ({ clientX, clientY }) => {
    const { left, top, width } = svg.getBoundingClientRect();
    const unit = width / 2 / WIDE;
    const [x, y] = [(clientX - left) / unit - WIDE, (clientY - top) / unit];
    const far = (one: { x: number; y: number }): number => Math.hypot(one.x - x, one.y - y);
    const { site, side } = n && y < HEAD ? { site: "", side: "" } : all.reduce((best, one) => (far(one) < far(best) ? one : best));
    said.textContent = tapped(site, side) ?? "";
  });
  return { place, dots: (on) => all.forEach(({ site, side, dot }) => dot.toggleAttribute("data-on", on(site, side))) };
}

function shape(into: Element, name: string, facts: Record<string, string | number>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key of Object.keys(facts)) made.setAttribute(key, String(facts[key]));
  into.append(made);
  return made;
}
