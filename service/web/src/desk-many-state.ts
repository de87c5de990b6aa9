// How far the change of readers in many cases is.

/** Other readers for many cases in one go. */
export interface Many {
  open: boolean;
  members: string[];
  text: string;
  running: boolean;
  stopping: boolean;
  finished: boolean;
  done: number;
  total: number;
  signed: number;
  /** Cases in which it could not be done, and why. */
  left: { cid: string; why: string }[];
  fault: string;
}

export const noMany = (): Many => ({ open: false, members: [], text: "", running: false, stopping: false, finished: false, done: 0, total: 0, signed: 0, left: [], fault: "" });
