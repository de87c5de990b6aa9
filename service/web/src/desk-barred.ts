// What the desk itself refuses, by its own word, and how any failure is told. Runs in the worker.

import { ProtocolError } from "../../../crypto/ts/errors.js";
import type { Fault } from "./desk-opened.js";

/** SPEC 5.12, 5.13: somebody who was chosen has a conflict of interest, or the person has not allowed it. No class of the protocol: the desk itself refuses. */
export class Barred extends Error {
  constructor(readonly slug: BarredSlug = "barred") {
    super(slug);
  }
}

const BARRED = ["barred", "referral", "handing", "waits", "unread", "plan_open", "not_named"] as const;
type BarredSlug = (typeof BARRED)[number];
export const isBarred = (slug: string): slug is BarredSlug => BARRED.some((one) => one === slug);

export function asFault(error: unknown): Fault {
  if (error instanceof ProtocolError) return { slug: error.slug, fact: error.fact };
  if (error instanceof Barred) return { slug: error.slug, fact: "" };
  return { slug: "other", fact: error instanceof Error ? error.name : "" };
}
