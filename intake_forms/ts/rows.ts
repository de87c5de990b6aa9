/** A row of a repeat is taken out of the answers and put back. Rows are counted without gaps, so those after it move. */

/** Where the row stood, and its answers as they were. */
export interface Row {
  readonly repeat: string;
  readonly row: number;
  readonly answers: readonly (readonly [key: string, text: string])[];
}

/** The row is gone then; those after it close up. */
export function takeRow(answers: Map<string, string>, repeat: string, row: number): Row {
  const taken = Array.from(answers).filter(([key]) => key.startsWith(`${repeat}.${row}.`));
  for (const [key] of taken) answers.delete(key);
  moveRows(answers, repeat, row, -1);
  return { repeat, row, answers: taken };
}

/** Where it stood; the row that stands there now and those after it make room. */
export function putRow(answers: Map<string, string>, { repeat, row, answers: taken }: Row): void {
  moveRows(answers, repeat, row, 1);
  for (const [key, text] of taken) answers.set(key, text);
}

function moveRows(answers: Map<string, string>, repeat: string, from: number, by: number): void {
  const moved: [string, string][] = [];
  for (const [key, text] of Array.from(answers)) {
    const [name, row, id] = key.split(".");
    if (name !== repeat || !(Number(row) >= from)) continue;
    answers.delete(key);
    moved.push([`${repeat}.${Number(row) + by}.${id}`, text]);
  }
  for (const [key, text] of moved) answers.set(key, text);
}
