// How much graphic material somebody has looked at today. For the reader's own eyes: a number in this page, told to nobody.

import type { Desk } from "./desk-model.js";

export interface Exposure {
  member: string;
  day: number;
  /** Pictures and films shown clearly. */
  files: number;
  /** How long they were on the screen. */
  seconds: number;
}

const MUCH_FILES = 20; // after so many, or so long, the desk says that a pause is due
const MUCH_SECONDS = 20 * 60;

let since = 0; // milliseconds; 0: nothing graphic is on the screen

/** Call when a picture or a film is shown clearly. */
export function beginExposure(desk: Desk): void {
  const day = Math.floor(Date.now() / 86400000);
  const member = desk.member?.id ?? "";
  if (desk.exposure.member !== member || desk.exposure.day !== day) desk.exposure = { member, day, files: 0, seconds: 0 };
  endExposure(desk);
  desk.exposure.files += 1;
  since = Date.now();
}

/** Call when it is closed, covered again or the desk locks. */
export function endExposure(desk: Desk): void {
  if (since) desk.exposure.seconds += Math.max(0, Math.round((Date.now() - since) / 1000));
  since = 0;
}

export const isMuch = ({ files, seconds }: Exposure): boolean => files >= MUCH_FILES || seconds >= MUCH_SECONDS;
