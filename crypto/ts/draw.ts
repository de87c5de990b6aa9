/** SPEC 5.7: which members read a message. The client draws; the server never does, and never learns whom. */
import { type Bytes, compare, type Day, equal } from "./encoding.js";
import { ensure, ProtocolError } from "./errors.js";
import { type KeyringBody, type Member, OFFLINE, PANEL, Role } from "./keyring.js";
import { kdf } from "./primitives.js";

const CUSTODIANS = 4;

export interface Draw {
  readonly readers: readonly Member[];
  readonly custodians: readonly Member[];
  /** True when too few were eligible, so that panels were taken which do not serve the country: the page must say it. */
  readonly widened: boolean;
}

/** `country` is a two-letter code, or "" when none is given; `leftOut` holds ids of panels. */
export function drawReaders(keyring: KeyringBody, k0: Bytes, today: Day, country: string, leftOut: readonly string[]): Draw {
  const present = keyring.members.filter((member) => !(member.flags & OFFLINE) && member.from <= today && today <= member.until);
  const serving = new Set(
    keyring.groups
      .filter((group) => group.kind === PANEL)
      .filter((group) => group.countries.length === 0 || group.countries.includes(country))
      .map((group) => group.id),
  );
  // never one whom the person fears, however few are left
  const reviewers = present.filter((member) => member.role === Role.reviewer && !leftOut.includes(member.group));
  const eligible = reviewers.filter((member) => serving.has(member.group));
  const widened = eligible.length < keyring.policy.minimumReaders;
  const readers = ordered(widened ? reviewers : eligible, k0, "draw").slice(0, keyring.policy.readers);
  const custodians = ordered(present.filter((member) => member.role === Role.custodian), k0, "draw-custodian").slice(0, CUSTODIANS);
  ensure(readers.length > 0, "no_readers", "no reviewer");
  ensure(custodians.length > 0, "no_readers", "no custodian");
  return { readers, custodians, widened };
}

/** For a wish for review: of those without a deed in the case. Where nobody else is left, of all. */
export function drawReview(keyring: KeyringBody, k0: Bytes, today: Day, country: string, leftOut: readonly string[], acted: readonly Bytes[]): Draw {
  const fresh = { ...keyring, members: keyring.members.filter(({ id }) => !acted.some((one) => equal(one, id))) };
  try {
    return drawReaders(fresh, k0, today, country, leftOut);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return drawReaders(keyring, k0, today, country, leftOut);
  }
}

function ordered(members: readonly Member[], k0: Bytes, label: string): Member[] {
  return members
    .map((member) => ({ member, place: kdf(k0, label, member.id) }))
    .sort((a, b) => compare(a.place, b.place))
    .map(({ member }) => member);
}
