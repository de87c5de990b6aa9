// Which readers the worker trusts and draws: those of the newest list, as long as it is good.

import { type Bytes } from "../../../crypto/ts/encoding.js";
import { type Draw, drawReaders } from "../../../crypto/ts/draw.js";
import { type Keyring, type Member, OFFLINE, type UntrustedKeyring } from "../../../crypto/ts/keyring.js";
import { type RootSet } from "../../../crypto/ts/roots.js";
import { type Pins } from "./worker-calls.js";

export interface Drawn extends Draw {
  /** The list is too old, and is sealed for all the same. */
  readonly overdue: boolean;
}

/** Throws ProtocolError, also when the list is too old. */
export function trust(untrusted: UntrustedKeyring, roots: RootSet, instance: Bytes, pins: Pins, deviceDay: number): Keyring {
  return untrusted.verify(roots, instance, pins, deviceDay, pins.buildDay);
}

export function draw(keyring: Keyring, k0: Bytes, country: string, leftOut: readonly string[]): Drawn {
  return { ...drawReaders(keyring.body, k0, keyring.today, country, leftOut), overdue: false };
}

/** Whether this reviewer could be drawn at all. */
export function mayRead({ today }: Keyring, one: Member): boolean {
  return one.role === 1 && (one.flags & OFFLINE) === 0 && one.from <= today && today <= one.until;
}
