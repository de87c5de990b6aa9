// Numbers for oversight, as the server gives them.

/** What oversight sees; null stands for a number that is not told: it is below ten, or would tell one that is. */
export interface Counts {
  states: Record<string, number | null>;
  overdue: Record<string, number | null>;
  /** Of each unit what is overdue, by state. */
  units: Record<string, Record<string, number | null>>;
  deeds: Record<string, number | null>;
  /** Of what stands in quarantine. */
  sample: Record<string, number | null>;
  /** Of what waits for the person: for more than 90 days (SPEC 8.6). */
  dormant: number | null;
  /** Askings to open more cases on a day: always told, since they are about members. `cases`: how many more were agreed to; `broken`: not signed as they must be. */
  more: { asked: number; agreed: number; refused: number; cases: number; broken: number };
}

/** null: there are fewer than ten histories. */
export interface Integrity {
  histories: number | null;
  entries: number | null;
  broken: number;
}
