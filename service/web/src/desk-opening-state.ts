// How many cases were opened on this day, what this member asks beyond the bound, and what others ask.

/** An asking to open more cases on this day (SPEC 11.6), as it was verified here. `asked`: as it was signed, in hex. */
export interface AskedMore {
  asked: string;
  member: string;
  cases: number;
  reason: string;
}

/** `opened`: how many cases the asker opened on this day; `refused`: how often others said no to them. */
export interface OthersAsking extends AskedMore {
  opened: number;
  refused: number;
}

/** As the server gives it; askings in hex. */
export interface WireOpening {
  most: number;
  opened: number;
  own: string;
  refused: boolean;
  others: { asked: string; opened: number; refused: number }[];
}

export interface Opening {
  /** 0: not known yet. */
  most: number;
  opened: number;
  own: AskedMore | null;
  /** Another said no on this day. */
  refused: boolean;
  /** What waits for an answer. */
  others: OthersAsking[];
  /** Cases that the server did not give any more. */
  held: Set<string>;
  /** What is chosen to be asked for. */
  cases: number;
  reason: string;
  /** The asking to which a yes is about to be signed. */
  sure: string;
  sending: boolean;
  fault: string;
  /** Whether it is of an answer to another. */
  ofAnswer: boolean;
}

export const STEPS = [100, 300, 1000, 3000, 10_000] as const; // SPEC 11.6: at most 10,000

export const noOpening = (): Opening => ({ most: 0, opened: 0, own: null, refused: false, others: [], held: new Set(), cases: STEPS[1], reason: "", sure: "", sending: false, fault: "", ofAnswer: false });

export const isBounded = ({ most, opened, held }: Opening): boolean => held.size > 0 || (most > 0 && opened >= most);
