/** Compiled expressions of a form (docs/forms.md): arrays, never code. The twin is intake_forms/expressions.py. */

export type Expression = string | number | boolean | readonly [string, ...Expression[]];
export type Value = string | number | boolean;

/** What an expression may look at. */
export interface Scope {
  /** The answer to the question of this id, empty when there is none. */
  answer(id: string): string;
  /** The answer that a constraint is about. */
  readonly self?: string;
  /** A column of the choice that a filter is about. */
  column?(name: string): string;
}

const holds = (value: Value): boolean => (typeof value === "string" ? value !== "" : Boolean(value));
const texts = (value: Value): string[] => String(value).split(" ").filter(Boolean);
const number = (value: Value): number => (typeof value === "number" ? value : /^-?\d+(\.\d+)?$/.test(String(value).trim()) ? Number(value) : NaN);

function same(a: Value, b: Value): boolean {
  if (typeof a === "boolean" || typeof b === "boolean") return holds(a) === holds(b);
  return typeof a === "number" || typeof b === "number" ? number(a) === number(b) : a === b;
}

type Operation = (values: readonly Value[]) => Value;
const at = (values: readonly Value[], n: number): Value => values[n] ?? "";

const OPERATIONS: Record<string, Operation> = {
  "=": (v) => same(at(v, 0), at(v, 1)),
  "!=": (v) => !same(at(v, 0), at(v, 1)),
  "<": (v) => number(at(v, 0)) < number(at(v, 1)),
  "<=": (v) => number(at(v, 0)) <= number(at(v, 1)),
  ">": (v) => number(at(v, 0)) > number(at(v, 1)),
  ">=": (v) => number(at(v, 0)) >= number(at(v, 1)),
  "and": (v) => v.every(holds),
  "or": (v) => v.some(holds),
  "not": (v) => !holds(at(v, 0)),
  "selected": (v) => texts(at(v, 0)).includes(String(at(v, 1))),
  "count-selected": (v) => texts(at(v, 0)).length,
  "string-length": (v) => Array.from(String(at(v, 0))).length,
};

export function evaluate(expression: Expression, scope: Scope): Value {
  if (!Array.isArray(expression)) return expression as Value;
  const [name, ...parts] = expression as readonly [string, ...Expression[]];
  if (name === "$") return scope.answer(String(parts[0]));
  if (name === ".") return scope.self ?? "";
  if (name === "column") return scope.column?.(String(parts[0])) ?? "";
  if (name === "true" || name === "false") return name === "true";
  const operation = OPERATIONS[name];
  if (!operation) throw new Error(`no operation ${name}`); // a form of a newer make
  return operation(parts.map((part) => evaluate(part, scope)));
}

/** Whether it holds; an expression that is not there always does. */
export const truth = (expression: Expression | undefined, scope: Scope): boolean => expression === undefined || holds(evaluate(expression, scope));
