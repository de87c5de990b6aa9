/**
 * What the answers say about the safeguards of the first hours: breached, met, possible, or not known. Never a guess.
 *
 * For the reader's desk; the person who wrote never sees a finding. The twin is ../safeguards.py, and
 * tests/vectors/safeguards.json holds both to one meaning. Times are spans of whole UTC minutes (approx.ts), limits and
 * all other facts are data (countries/*.toml). For an event bound to a limit after a start:
 *
 *     least = max(0, event.earliest - start.latest)        breach   where least > limit
 *     most  = event.latest - start.earliest                met      where most <= limit
 *                                                          possible otherwise
 *
 * An event without a usable time is unknown; one that has not happened runs from the asking, or the release, without end;
 * one that is over before the start is inconsistent, and is asked about gently.
 */
import { type ApproxTime, BadTime, dayOf, parseTime, type Span, spanOf } from "./approx.js";
import { type Countries, type Country, countryOf, type Days, type Examiner, holds, type Limit, type Limitation, overlaps, soleFact } from "./countries.js";

export type Answers = ReadonlyMap<string, string>;
export type Verdict = "breach" | "met" | "possible" | "unknown" | "inconsistent";
export type Basis = "standard" | "law";

// Answers that say of an event that it did not happen. Of a waiver, a refusal or a hearing to come, a time says when
// that was; beside a plain no, a time contradicts.
const NOT_HAPPENED: Readonly<Record<string, readonly string[]>> = { judge_how: ["never"], lawyer_got: ["no"], family_told: ["no"] };
const NOT_HAPPENED_WHATEVER_THE_TIME: Readonly<Record<string, readonly string[]>> = {
  judge_how: ["not_yet"], lawyer_got: ["forced_waiver", "refused_entry"],
};
const NOT_CHOSEN = "state_given_not_chosen"; // the safeguard is a lawyer of one's choice
const INQUIRY = ["judge_asked_legality", "judge_asked_grounds", "judge_asked_treatment"];
const NO_ANSWER = ["", "dont_know", "prefer_not"];
const STILL_HELD = "still_held";
const EVER = "0001-01-01"; // before any law that somebody could know of
const ALWAYS_BY_LAW = ["unregistered_hours", "late_judge_law"]; // shown beside the standard even where no law is known

const ROW = /^([a-z0-9_]{1,32})\.([1-9][0-9]{0,5})\.([a-z0-9_]{1,32})$/;

/**
 * `least` and `most` are minutes; `most` null beside a `least`: no end. `limits` are hours, more than one where it is not
 * known which applies. `row`: the row of a repeat, such as `exams.2`.
 */
export interface Finding {
  readonly rule: string;
  readonly row: string;
  readonly basis: Basis;
  readonly verdict: Verdict;
  readonly least: number | null;
  readonly most: number | null;
  readonly limits: readonly number[];
  readonly alert: boolean;
  readonly sources: readonly string[];
  readonly draft: boolean;
}

/** Minutes until the first of family, lawyer and judge, or the release. It has no limit. */
export interface Incommunicado {
  readonly verdict: "measured" | "unknown" | "inconsistent";
  readonly least: number | null;
  readonly most: number | null;
}

/** Whether time runs out for prosecuting torture. `unknown` is shown as unknown, never as time-barred. */
export interface TimeBar {
  readonly status: Limitation["status"];
  readonly source: string;
  readonly draft: boolean;
}

/** `detaining` yes: whoever examined in this row was employed by the detaining agency. */
export interface ExaminerPay {
  readonly row: string;
  readonly examiner: string;
  readonly detaining: Examiner["detaining"];
  readonly source: string;
  readonly draft: boolean;
}

export interface Assessment {
  readonly findings: readonly Finding[];
  readonly incommunicado: Incommunicado;
  readonly limitation: TimeBar;
  readonly examiners: readonly ExaminerPay[];
}

/**
 * All findings. `countries` as intake_forms.countries.compiled gives them; `asked` is the ApproxTime at which the person
 * answered. An answer that cannot be read counts as none. Nothing is refused, and nothing is changed.
 */
export function assess(answers: Answers, countries: Countries, asked: string): Assessment {
  const one = new Case(answers, countries, asked);
  return { findings: one.findings(), incommunicado: one.incommunicado(), limitation: one.limitation(), examiners: one.examiners() };
}

/** `span` null: not known when. */
interface Event {
  readonly span: Span | null;
  /** On the wall, for the law of that day. */
  readonly local: Days | null;
  readonly contradicts: boolean;
}

const UNKNOWN: Event = { span: null, local: null, contradicts: false };

class Case {
  private readonly standard: Country;
  private readonly country: Country | null;
  private readonly zones: readonly string[];
  private readonly asked: Event;
  private readonly detained: Event;
  private readonly released: Event;

  constructor(private readonly answers: Answers, countries: Countries, asked: string) {
    const standard = countryOf(countries, "standard");
    if (!standard) throw new TypeError("countries without a standard");
    this.standard = standard;
    this.country = countryOf(countries, this.sole("country"));
    this.zones = this.zonesOf(this.country);
    this.asked = this.timed(asked);
    this.detained = this.timed(this.answer("t_detained"));
    this.released = this.timed(this.answer("t_released"));
  }

  findings(): Finding[] {
    const [judge, lawyer] = [this.event("t_judge", "judge_how"), this.ownLawyer()];
    return [
      ...this.both("unregistered_hours", "unregistered_hours", this.event("t_registered"), this.detained),
      ...this.both("no_or_late_lawyer", "no_or_late_lawyer", lawyer, this.detained),
      ...this.admissions().flatMap(([row, exam, admission]) => this.both("no_admission_exam", "no_admission_exam", exam, admission, row)),
      ...this.both("late_judge_std", "late_judge_law", judge, this.detained),
      this.inquiry(judge),
    ];
  }

  /** Standard and law side by side. */
  private both(standard: string, law: string, event: Event, start: Event, row = ""): Finding[] {
    const found = [this.bound(standard, row, "standard", this.standard.limits, event, start)];
    const limits = this.country?.limits ?? [];
    if (ALWAYS_BY_LAW.includes(law) || limits.some((limit) => limit.rule === law)) found.push(this.bound(law, row, "law", limits, event, start));
    return found;
  }

  private bound(rule: string, row: string, basis: Basis, limits: readonly Limit[], event: Event, start: Event): Finding {
    const applying = this.applying(limits.filter((limit) => limit.rule === rule), start.local);
    const hours = [...new Set(applying.map((limit) => limit.hours))].sort((a, b) => a - b);
    const [verdict, least, most] = verdictOf(event, start, hours);
    const alerts = applying.map((limit) => limit.alert_hours).filter((one): one is number => one !== null);
    const alert = least !== null && alerts.length > 0 && least > Math.max(...alerts) * 60;
    // Whenever it was, a lawyer came too late for it.
    const before = rule === "no_or_late_lawyer" && this.answer("questioned_without") === "yes";
    return {
      rule, row, basis, verdict: before ? "breach" : verdict, least, most, limits: hours, alert: before || alert,
      sources: [...new Set(applying.map((limit) => limit.source))], draft: applying.some((limit) => limit.draft),
    };
  }

  /** The limits that may be the one: up to the first that surely is. */
  private applying(limits: readonly Limit[], days: Days | null): Limit[] {
    const on = days ?? this.asked.local;
    const found: Limit[] = [];
    for (const limit of limits) {
      const certain = this.conditions(limit);
      if (certain === false || !on || !overlaps(limit, on)) continue;
      found.push(limit);
      if (certain && holds(limit, on[0]) && holds(limit, on[1])) break;
    }
    return found;
  }

  /** Whether all hold; null: they may. */
  private conditions(limit: Limit): boolean | null {
    let certain: boolean | null = true;
    for (const condition of limit.when) {
      const answer = this.sole(condition.question);
      if (condition.values.includes(answer)) continue;
      if (!condition.maybe.includes(answer)) return false;
      certain = null;
    }
    return certain;
  }

  /** "Judge did not inquire": said only of a judge whom the person saw. */
  private inquiry(judge: Event): Finding {
    const said = INQUIRY.map((id) => this.answer(id));
    let verdict: Verdict = "unknown";
    if (!judge.span || judge.span.latest !== null) {
      verdict = said.includes("no") ? "breach" : said.every((one) => one === "yes") ? "met" : "unknown";
    }
    return {
      rule: "judge_no_inquiry", row: "", basis: "standard", verdict, least: null, most: null, limits: [], alert: false,
      sources: ["statement of 2014, safeguard d"], draft: false,
    };
  }

  /**
   * Each admission: its row, its examination, its start. Examinations of admissions and transfers in the order of their
   * rows; the first on admission is that of the detention, the others are those of the moves.
   */
  private admissions(): [string, Event, Event][] {
    const exams = this.rows("ex_when", "ex_type", "ex_by").map((row) => [row, this.answer(`${row}.ex_type`)] as const);
    const first = exams.find(([, kind]) => kind === "admission")?.[0] ?? "";
    const later = exams.filter(([row, kind]) => ["admission", "transfer"].includes(kind) && row !== first).map(([row]) => row);
    const moves = this.rows("moved_when", "moved_place");
    const found: [string, Event, Event][] = [[first, this.exam(first), this.detained]];
    for (let index = 0; index < Math.max(later.length, moves.length); index++) {
      const [row, move] = [later[index] ?? "", moves[index] ?? ""];
      const start = move ? this.timed(this.answer(`${move}.moved_when`)) : UNKNOWN;
      found.push([row || move, this.exam(row), start]);
    }
    return found;
  }

  private exam(row: string): Event {
    return row ? this.event(`${row}.ex_when`) : UNKNOWN;
  }

  incommunicado(): Incommunicado {
    const start = this.detained.span;
    const contacts = [this.event("t_family", "family_told"), this.event("t_lawyer", "lawyer_got"), this.event("t_judge", "judge_how")];
    const events = [...contacts, this.released];
    // A release that nobody timed ends nothing; the other three may have been at any time since the start.
    const spans = events.map((event) => event.span).filter((span): span is Span => span !== null);
    if (!start || start.latest === null || spans.length === 0) return { verdict: "unknown", least: null, most: null };
    if (events.some((event) => contradicts(event, start))) return { verdict: "inconsistent", least: null, most: null };
    const isOpen = contacts.some((event) => event.span === null);
    const earliest = isOpen ? start.earliest : Math.min(...spans.map((span) => span.earliest));
    const ends = spans.map((span) => span.latest).filter((one): one is number => one !== null);
    return { verdict: "measured", least: Math.max(0, earliest - start.latest), most: ends.length > 0 ? Math.min(...ends) - start.earliest : null };
  }

  /** By the law of the day of asking; not known where it was another when it happened, or may have been. */
  limitation(): TimeBar {
    const facts = this.country?.limitation ?? [];
    const fact = soleFact(facts, this.asked.local);
    if (!fact) return { status: "unknown", source: "", draft: false };
    const begun = [this.detained, ...this.rows("ep_start").map((row) => this.timed(this.answer(`${row}.ep_start`)))];
    const told = begun.flatMap(({ local }) => (local ? [local] : []));
    const ever: Days = [EVER, this.asked.local?.[1] ?? EVER];
    const isSame = (told.length ? told : [ever]).every((days) => soleFact(facts, days)?.status === fact.status);
    return { status: isSame ? fact.status : "unknown", source: fact.source, draft: fact.draft };
  }

  examiners(): ExaminerPay[] {
    const found: ExaminerPay[] = [];
    for (const row of this.rows("ex_when", "ex_type", "ex_by")) {
      const by = this.answer(`${row}.ex_by`);
      if (NO_ANSWER.includes(by)) continue;
      const days = this.timed(this.answer(`${row}.ex_when`)).local ?? this.detained.local ?? this.asked.local;
      const ours = (this.country?.examiners ?? []).filter((one) => one.examiner === by && days !== null && overlaps(one, days));
      const general = this.standard.examiners.filter((one) => one.examiner === by);
      const fact = soleFact(ours.length > 0 ? ours : general, days);
      found.push({ row, examiner: by, detaining: fact?.detaining ?? "unknown", source: fact?.source ?? "", draft: fact?.draft ?? false });
    }
    return found;
  }

  /** What the answer `id` says of when; `how` is the question whose answer may say that it never was. */
  private event(id: string, how = ""): Event {
    const [text, said] = [this.answer(id), how ? this.answer(how) : ""];
    const timed = this.timed(text);
    const denied = NOT_HAPPENED[how]?.includes(said) ?? false;
    if (text === "never" || NOT_HAPPENED_WHATEVER_THE_TIME[how]?.includes(said) || (denied && !timed.span)) return this.notHappened();
    return { ...timed, contradicts: denied };
  }

  /** One whom the state gave is a contact and no choice: a lawyer of one's own came then at the earliest. */
  private ownLawyer(): Event {
    const [lawyer, start] = [this.event("t_lawyer", "lawyer_got"), this.detained.span];
    const given = lawyer.span ?? start;
    if (this.answer("lawyer_got") !== NOT_CHOSEN || !given || contradicts(lawyer, start)) return lawyer;
    return { ...UNKNOWN, span: { earliest: given.earliest, latest: null } };
  }

  /** From the release, else from the asking; from the detention itself where neither is known. */
  private notHappened(): Event {
    const start = this.detained.span;
    const until = this.released.span ?? (this.wasReleased() ? null : this.asked.span);
    if (!until) return start ? { ...UNKNOWN, span: { earliest: start.earliest, latest: null } } : UNKNOWN;
    const before = start !== null && until.latest !== null && until.latest < start.earliest;
    return { span: { earliest: until.earliest, latest: null }, local: null, contradicts: before };
  }

  private wasReleased(): boolean {
    return ![...NO_ANSWER, "never"].includes(this.answer("t_released")) || ![...NO_ANSWER, STILL_HELD].includes(this.answer("released_how"));
  }

  private timed(text: string): Event {
    const time = read(text);
    const span = time && spanOf(time, this.zones);
    if (!time || !span || time.earliest === null || time.latest === null) return UNKNOWN;
    return { span, local: [dayOf(time.earliest), dayOf(time.latest)], contradicts: false };
  }

  /** For a time that was given before the country was known. */
  private zonesOf(country: Country | null): readonly string[] {
    if (!country) return [];
    const region = this.sole("region");
    const zone = Object.prototype.hasOwnProperty.call(country.zones, region) ? country.zones[region] : "";
    return zone ? [zone] : [...new Set(Object.values(country.zones))];
  }

  private answer(id: string): string {
    return this.answers.get(id) ?? "";
  }

  /** The one answer that the form, or all rows of its repeat, give; none where they differ. */
  private sole(question: string): string {
    const given = new Set<string>();
    for (const [id, text] of this.answers) {
      if (!NO_ANSWER.includes(text) && (id === question || rowOf(id)[1] === question)) given.add(text);
    }
    const [only = ""] = given;
    return given.size === 1 ? only : "";
  }

  /** The rows of the repeat that holds these questions, in order. */
  private rows(...questions: readonly string[]): string[] {
    const found = new Set<string>();
    for (const id of this.answers.keys()) {
      const [row, question] = rowOf(id);
      if (questions.includes(question)) found.add(row);
    }
    const split = (row: string) => [row.slice(0, row.indexOf(".")), Number(row.slice(row.indexOf(".") + 1))] as const;
    return [...found].sort((a, b) => {
      const [[repeatA, numberA], [repeatB, numberB]] = [split(a), split(b)];
      return repeatA === repeatB ? numberA - numberB : repeatA < repeatB ? -1 : 1;
    });
  }
}

function verdictOf(event: Event, start: Event, hours: readonly number[]): [Verdict, number | null, number | null] {
  if (contradicts(event, start.span)) return ["inconsistent", null, null];
  if (!event.span || !start.span || start.span.latest === null) return ["unknown", null, null];
  const least = Math.max(0, event.span.earliest - start.span.latest);
  const most = event.span.latest === null ? null : event.span.latest - start.span.earliest;
  if (hours.length === 0) return ["unknown", least, most];
  if (least > Math.max(...hours) * 60) return ["breach", least, most];
  return [most !== null && most <= Math.min(...hours) * 60 ? "met" : "possible", least, most];
}

function contradicts(event: Event, start: Span | null): boolean {
  if (event.contradicts || !event.span || !start) return event.contradicts;
  return event.span.latest !== null && event.span.latest < start.earliest;
}

/** `exams.2.ex_when` -> `exams.2`, `ex_when`. */
function rowOf(id: string): [string, string] {
  const match = ROW.exec(id);
  return match ? [`${match[1]}.${match[2]}`, match[3] ?? ""] : ["", ""];
}

function read(text: string): ApproxTime | null {
  try {
    return parseTime(text);
  } catch (error) {
    if (error instanceof BadTime) return null;
    throw error;
  }
}
