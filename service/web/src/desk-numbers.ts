// Numbers for oversight, as the server gives them.

/** What oversight sees; null stands for fewer than ten. */
export interface Counts {
  states: Record<string, number | null>;
  overdue: Record<string, number | null>;
  deeds: Record<string, number | null>;
}

export interface Integrity {
  histories: number;
  entries: number;
  broken: number;
}
