/** Which offline members read what is sealed without a network: as SPEC 5.7 draws, among those with the offline flag. */
import { type Bytes, compare, type Day } from "./encoding.js";
import { ensure } from "./errors.js";
import { type KeyringBody, type Member, OFFLINE, PANEL, Role } from "./keyring.js";
import { kdf } from "./primitives.js";

const CUSTODIANS = 4;

export interface OfflineDraw {
  readonly readers: readonly Member[];
  readonly custodians: readonly Member[];
  /** As in the draw online: panels were taken which do not serve the country. */
  readonly widened: boolean;
  /** Somebody drawn is past the last day, for want of others: a file cannot learn of newer members. The page must say it. */
  readonly overdue: boolean;
}

/** Those with the offline flag; where nobody has it, everybody: an instance without such members still gives a file. Within their days, or else before their end. */
export function offlineOf({ members }: KeyringBody, today: Day): readonly Member[] {
  const flagged = members.some((member) => (member.flags & OFFLINE) !== 0);
  return members.filter((member) => (!flagged || (member.flags & OFFLINE) !== 0) && member.from <= today);
}

/** `country` is a two-letter code, or "" when none is given; `leftOut` holds ids of panels. Where there are offline members, no other is drawn. */
export function drawOffline(keyring: KeyringBody, k0: Bytes, today: Day, country: string, leftOut: readonly string[]): OfflineDraw {
  const offline = offlineOf(keyring, today);
  const serving = new Set(
    keyring.groups
      .filter((group) => group.kind === PANEL)
      .filter((group) => group.countries.length === 0 || group.countries.includes(country))
      .map((group) => group.id),
  );
  // never one whom the person fears, however few are left
  const reviewers = current(offline.filter((member) => member.role === Role.reviewer && !leftOut.includes(member.group)), today);
  const eligible = reviewers.filter((member) => serving.has(member.group));
  const widened = eligible.length < Math.min(keyring.policy.minimumReaders, reviewers.length);
  const readers = ordered(widened ? reviewers : eligible, k0, "draw").slice(0, keyring.policy.readers);
  const keepers = current(offline.filter((member) => member.role === Role.custodian), today);
  const custodians = ordered(keepers, k0, "draw-custodian").slice(0, CUSTODIANS);
  ensure(readers.length > 0, "no_readers", "no offline reviewer");
  ensure(custodians.length > 0, "no_readers", "no offline custodian");
  return { readers, custodians, widened, overdue: [...readers, ...custodians].some((member) => member.until < today) };
}

/** Those within their days; when there is none of them, everybody: an old file still seals. */
function current(members: readonly Member[], today: Day): readonly Member[] {
  const within = members.filter((member) => today <= member.until);
  return within.length > 0 ? within : members;
}

function ordered(members: readonly Member[], k0: Bytes, label: string): Member[] {
  return members
    .map((member) => ({ member, place: kdf(k0, label, member.id) }))
    .sort((a, b) => compare(a.place, b.place))
    .map(({ member }) => member);
}
