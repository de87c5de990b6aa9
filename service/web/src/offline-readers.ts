// The readers of a page without a network: its list cannot be renewed, so that it seals past its day too, and says so.

import { type Bytes } from "../../../crypto/ts/encoding.js";
import { drawOffline, offlineOf } from "../../../crypto/ts/draw-offline.js";
import { ProtocolError } from "../../../crypto/ts/errors.js";
import { type Keyring, type Member, NO_PIN, Role, type UntrustedKeyring } from "../../../crypto/ts/keyring.js";
import { type RootSet } from "../../../crypto/ts/roots.js";
import { type Pins } from "./worker-calls.js";
import { type Drawn } from "./worker-readers.js";

/** All that SPEC 5.4 asks but for its age. Throws ProtocolError. */
export function trust(untrusted: UntrustedKeyring, roots: RootSet, instance: Bytes, pins: Pins, deviceDay: number): Keyring {
  try {
    return untrusted.verify(roots, instance, pins, deviceDay, pins.buildDay);
  } catch (error) {
    if (!(error instanceof ProtocolError && error.slug === "keyring_expired")) throw error;
    return { ...untrusted.verify(roots, instance, NO_PIN, 0, 0), today: Math.max(deviceDay, pins.buildDay), clockBehind: false, status: "grace" };
  }
}

export function draw({ body, today }: Keyring, k0: Bytes, country: string, leftOut: readonly string[]): Drawn {
  const drawn = drawOffline(body, k0, today, country, leftOut);
  return { ...drawn, overdue: drawn.overdue || today > body.expires };
}

export function mayRead({ body, today }: Keyring, one: Member): boolean {
  return offlineOf(body, today).includes(one) && one.role === Role.reviewer;
}
