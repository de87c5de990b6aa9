/** A form as `panah site build` packs it (intake_forms/compile.py): its texts apart from what is the same in all languages, a 0 in the place of each. */
import { type Choice, type Form, type Section } from "./answers.ts";

export interface Compiled extends Omit<Form, "title" | "lists" | "sections" | "words" | "months"> {
  readonly lists: Readonly<Record<string, readonly Run[]>>;
  /** As of a form, with a 0 in the place of each text. */
  readonly sections: readonly object[];
  readonly words?: string;
  readonly texts: readonly string[];
}

/** Neighbours with the same columns and heading. */
type Run = readonly [ids: string, columns?: Choice[2], heading?: 0];

/** Every text back in its place, in the order in which they were taken out, and every choice whole. */
export function readForm({ texts, lists, sections, words, ...rest }: Compiled): Form {
  let at = 0;
  const text = (): string => texts[at++] ?? "";
  const fill = (value: unknown): unknown => {
    if (value === 0) return text();
    if (Array.isArray(value)) return typeof value[0] === "object" ? value.map(fill) : value; // an expression begins with a word
    if (!value || typeof value !== "object") return value;
    return { ..."type" in value && { label: text() }, ...mapValues(value as Record<string, unknown>, fill) };
  };
  return {
    ...rest,
    title: text(),
    lists: mapValues(lists, (runs) => runs.flatMap(([ids, columns, packed]) => {
      const heading = packed === 0 ? text() : "";
      return ids.split(" ").map((id): Choice => [id, text(), columns, heading]);
    })),
    sections: fill(sections) as Section[],
    ...words && { words: Object.fromEntries(words.split(" ").map((key) => [key, text()])), months: Array.from({ length: 12 }, text) },
  };
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
