// What a view draws, without a document: as text, what folds away in it, and its lists.
import assert from "node:assert/strict";

import { repeat } from "lit-html/directives/repeat.js";

const KEYED = (repeat([], () => "") as unknown as Record<string, unknown>)["_$litDirective$"];

export interface Template {
  strings: readonly string[];
  values: readonly unknown[];
}

const isTemplate = (one: unknown): one is Template => typeof one === "object" && one !== null && "strings" in one;
const isKeyed = (one: unknown): one is Template => typeof one === "object" && one !== null && (one as Record<string, unknown>)["_$litDirective$"] === KEYED;
/** What a list that is keyed draws of its items. */
const itemsOf = ([items, , draw]: readonly unknown[]): unknown[] => (items as unknown[]).map(draw as (one: unknown) => unknown);

/** All that is drawn, as text. */
export function textOf(drawn: unknown): string {
  if (Array.isArray(drawn)) return drawn.map(textOf).join("");
  if (isKeyed(drawn)) return textOf(itemsOf(drawn.values));
  if (isTemplate(drawn)) return drawn.strings.map((part, i) => part + textOf(drawn.values[i])).join("");
  if (typeof drawn === "object" && drawn && "_$litDirective$" in drawn) return textOf((drawn as unknown as { values: unknown[] }).values); // what a field holds
  return typeof drawn === "string" || typeof drawn === "number" ? String(drawn) : "";
}

/** What each `?open` of what is drawn is set to. */
export function opensIn(drawn: unknown): unknown[] {
  if (Array.isArray(drawn)) return drawn.flatMap(opensIn);
  if (isKeyed(drawn)) return opensIn(itemsOf(drawn.values));
  return isTemplate(drawn) ? drawn.values.flatMap((value, i) => (drawn.strings[i]!.endsWith("?open=") ? [value] : opensIn(value))) : [];
}

/** Lists with something to press in them, and how many of them are keyed. */
export function listsIn(drawn: unknown): { plain: string[]; keyed: number } {
  if (Array.isArray(drawn)) {
    const inside = drawn.map(listsIn);
    const own = drawn.length > 1 && drawn.every(isTemplate) && drawn.some((one) => textOf(one).includes("<button")) ? [textOf(drawn).slice(0, 80)] : [];
    return { plain: [...own, ...inside.flatMap(({ plain }) => plain)], keyed: inside.reduce((sum, { keyed }) => sum + keyed, 0) };
  }
  if (isKeyed(drawn)) {
    const [items, keyOf] = drawn.values as [unknown[], (one: unknown) => string];
    assert.equal(new Set(items.map(keyOf)).size, items.length, "keys that are alike");
    const inside = itemsOf(drawn.values).map(listsIn);
    return { plain: inside.flatMap(({ plain }) => plain), keyed: 1 + inside.reduce((sum, { keyed }) => sum + keyed, 0) };
  }
  return isTemplate(drawn) ? drawn.values.map(listsIn).reduce((sum, one) => ({ plain: [...sum.plain, ...one.plain], keyed: sum.keyed + one.keyed }), { plain: [], keyed: 0 }) : { plain: [], keyed: 0 };
}
