// What the person allows each body today: a narrower answer counts at once, a wider one takes its time (SPEC 5.13). Pure.
// The twin is service/consent.py; tests/unit/test_consent.py holds both to one table.

/** SPEC 5.13. */
export const COOLING_DAYS = 7;
/** Each allows more than the one before; what is none of them allows nothing. */
const LEVELS = ["nothing", "ask_me_each_time", "facts_no_identity", "with_identity"] as const;
export const [NOTHING, ASK, FACTS, WHOLE] = LEVELS;
export type Level = (typeof LEVELS)[number];
export const PREFIX = "consent_"; // of the question about a scope
/** "More people who work with us": left open it takes its way, so that no first answer allows more than before. */
const STAFF_ONLY = "staff_only";
/** Of the form for somebody who is about to be sent away: "May we tell the United Nations at once?". They need to know who the person is, and it says so. In one message the scope's own question counts. */
const UN_NOW = "rt_consent_un_now";
const UN_SCOPES: readonly string[] = ["un_sp", "cat_or_hrc"];
const AT_ONCE = new Map<string, Level>([["yes", WHOLE], ["no", NOTHING]]);

export type Pairs = readonly (readonly [string, string])[];

/** A signed entry that counts. */
export interface Look {
  /** Its signer knew the first so many messages; 0 where that is not certain. */
  readonly count: number;
  readonly day: number;
  /** It puts words into the person's mailbox. */
  readonly asks: boolean;
}

/** A wider answer that does not count yet. */
export interface Wait {
  readonly level: Level;
  /** Somebody who opened its message; words to the person after that; the days; or an answer anew, since nobody can tell whether it or a narrower one came last. */
  readonly lacks: "open" | "ask" | "days" | "again";
  /** The day from which it counts; 0 while that is open. */
  readonly until: number;
}

export interface Consent {
  /** What counts today. */
  readonly level: Level;
  /** The newest message that says just that; -1: none. */
  readonly at: number;
  /** The day from which it counts, where it waited; else 0. */
  readonly since: number;
  /** It counts without, because somebody is about to be sent away. */
  readonly urgent: boolean;
  readonly waits: readonly Wait[];
}

export type Consents = ReadonlyMap<string, Consent>;

/** Where it was not answered it is nothing. */
export const levelOf = (consents: Consents, scope: string): Level => consents.get(scope)?.level ?? NOTHING;

/** What came between two looks: the first message of each, and the one after its last. */
interface Batch {
  readonly first: number;
  readonly end: number;
}

interface Scope {
  /** Of each level, from nothing up: the batch that began the unbroken run of answers at least as wide. */
  readonly starts: (number | null)[];
  urgent: boolean;
  /** The wider one, where the newest batch says two things; else 0. */
  unclear: number;
}

/** By the code of the question, each that was answered. `messages`: their answers, in the order of the case. */
export function consentsIn(messages: readonly Pairs[], looks: readonly Look[], today: number): Map<string, Consent> {
  const told = messages.map((answers) => new Map(answers));
  const batches = batchesIn(messages.length, looks);
  const named = new Set(messages.flat().flatMap(([key]) => (key.startsWith(PREFIX) ? [key.slice(PREFIX.length)] : [])));
  if (told.some((answers) => AT_ONCE.has(answers.get(UN_NOW) ?? ""))) for (const scope of UN_SCOPES) named.add(scope);
  return new Map([...named].sort().map((scope) => [scope, consentOf(scope, told, batches, looks, today)]));
}

/** The server keeps the day alone, so what came last in one batch is not known; only the case's own message is known to be the first. */
function batchesIn(length: number, looks: readonly Look[]): Batch[] {
  const ends = [...new Set([Math.min(1, length), length, ...looks.map(({ count }) => count)])].filter((end) => end > 0).sort((a, b) => a - b);
  return ends.map((end, n) => ({ first: ends[n - 1] ?? 0, end }));
}

type Told = ReadonlyMap<string, string>;

function answerIn(told: Told, scope: string): number | null {
  const level = told.get(PREFIX + scope) ?? (UN_SCOPES.includes(scope) ? AT_ONCE.get(told.get(UN_NOW) ?? "") : undefined);
  return level === undefined ? null : Math.max(0, LEVELS.indexOf(level as Level));
}

/** Somebody is about to be sent away and had not answered for the United Nations: hours count. */
const isUrgent = (scope: string, now: readonly Told[], before: readonly Told[]): boolean =>
  UN_SCOPES.includes(scope) && now.some((told) => told.get(UN_NOW) === "yes") && before.every((told) => UN_SCOPES.every((one) => answerIn(told, one) === null));

function read(scope: string, told: readonly Told[], batches: readonly Batch[]): Scope {
  const found: Scope = { starts: LEVELS.map((_, level) => (level === 0 || scope === STAFF_ONLY ? 0 : null)), urgent: false, unclear: 0 };
  for (const [n, { first, end }] of batches.entries()) {
    const now = told.slice(first, end);
    const said = now.flatMap((answers) => answerIn(answers, scope) ?? []);
    if (said.length === 0) continue;
    const [low, high] = [Math.min(...said), Math.max(...said)]; // which came last is not known: the narrower one is taken to
    const urgent = n > 0 && isUrgent(scope, now, told.slice(0, first));
    for (let level = 1; level < LEVELS.length; level++) {
      if (level > low) found.starts[level] = null;
      else found.starts[level] ??= urgent ? 0 : n;
    }
    found.urgent = low > 0 && (urgent || (found.urgent && found.starts[1] === 0));
    found.unclear = high > low ? high : 0;
  }
  return found;
}

/** Opened, then asked, then the days: all by the days of signed entries, of which no author of a message has any. */
function waitFor(level: Level, { end }: Batch, looks: readonly Look[]): Wait {
  const seen = looks.findIndex(({ count }) => count >= end);
  if (seen < 0) return { level, lacks: "open", until: 0 };
  const asked = looks.slice(seen + 1).find(({ asks }) => asks);
  return asked ? { level, lacks: "days", until: asked.day + COOLING_DAYS } : { level, lacks: "ask", until: 0 };
}

function consentOf(scope: string, told: readonly Told[], batches: readonly Batch[], looks: readonly Look[], today: number): Consent {
  const { starts, urgent, unclear } = read(scope, told, batches);
  let [counts, since] = [0, 0];
  const waits = new Map<number, Wait>(); // by the batch: of answers in one, the widest
  for (const [n, level] of LEVELS.entries()) {
    const start = starts[n] ?? null;
    if (start === null) continue;
    const batch = batches[start];
    const wait = start && batch ? waitFor(level, batch, looks) : null;
    if (wait && !(wait.lacks === "days" && wait.until <= today)) waits.set(start, wait);
    else [counts, since] = [n, wait?.until ?? 0];
  }
  const wider = LEVELS[unclear];
  if (unclear && wider) waits.set(batches.length, { level: wider, lacks: "again", until: 0 });
  const at = told.map((answers) => answerIn(answers, scope)).lastIndexOf(counts);
  return { level: LEVELS[counts] ?? NOTHING, at, since, urgent: urgent && counts > 0 && starts[counts] === 0, waits: [...waits.values()] };
}
