/** SPEC 5.3 and 5.4: who may read. Bytes in; a verified keyring or a typed refusal out. */
import {
  ascending, type Bytes, type Day, decode, decodeList, encode, encodeList, ensureAscending, equal, hex, join,
  readName, readUint, readWithin, SUITE, u16, u32, u8, utf8, Z32,
} from "./encoding.js";
import { ensure } from "./errors.js";
import { hash } from "./primitives.js";
import { checkThreshold, encodeSignatures, parseSignatures, type RootSet, type RootSignature } from "./roots.js";

const MAX_GROUPS = 64;
export const MAX_MEMBERS = 512;
const MAX_FORMERS = 4096;
const MAX_DAYS = 45;

export const PANEL = 0;
export const UNIT = 1;

export const Role = { reviewer: 1, supervisor: 2, investigator: 3, adviser: 4, translator: 5, custodian: 6, oversight: 7 } as const;
export const OFFLINE = 1;

export interface Policy {
  readonly minimumSuite: number;
  readonly readers: number;
  readonly minimumReaders: number;
  readonly grace: number;
}

export interface Group {
  readonly id: string;
  readonly kind: number;
  /** Two-letter codes, ascending; empty = all. */
  readonly countries: readonly string[];
}

/** What a member enrols with and holds in every keyring. */
export interface Standing {
  readonly id: Bytes;
  readonly role: number;
  readonly group: string;
  readonly flags: number;
  readonly signingPk: Bytes;
}

export interface Member extends Standing {
  readonly kemHash: Bytes;
  readonly annexHash: Bytes;
  readonly from: Day;
  readonly until: Day;
}

export interface Former {
  readonly id: Bytes;
  readonly role: number;
  readonly signingPk: Bytes;
  readonly first: Day;
  readonly last: Day;
  readonly compromisedSince: Day;
}

export interface KeyringFields {
  readonly instance: Bytes;
  /** 1 */
  readonly suite?: number;
  readonly version: number;
  readonly notBefore: Day;
  readonly expires: Day;
  readonly prev: Bytes;
  readonly rootsHash: Bytes;
  readonly policy: Policy;
  readonly groups: readonly Group[];
  readonly members: readonly Member[];
  readonly formers: readonly Former[];
}

/** Its fields are worth reading only once `UntrustedKeyring.verify` gave it, or a tool is about to sign it. */
export interface KeyringBody extends KeyringFields {
  readonly suite: number;
  readonly encoded: Bytes;
  readonly hash: Bytes;
}

export function encodeKeyring(fields: KeyringFields): KeyringBody {
  const { policy } = fields;
  const groups = ascending(fields.groups, (group) => utf8(group.id)).map((group) =>
    encode("group", utf8(group.id), u8(group.kind), utf8([...group.countries].sort().join(""))));
  const members = ascending(fields.members, (member) => member.id).map((member) =>
    encode("member", ...encodeStanding(member), member.kemHash, member.annexHash, u32(member.from), u32(member.until)));
  const formers = ascending(fields.formers, (former) => former.signingPk).map((former) =>
    encode("former", former.id, u8(former.role), former.signingPk, u32(former.first), u32(former.last), u32(former.compromisedSince)));
  return parseKeyringBody(encode(
    "keyring", fields.instance, u8(fields.suite ?? SUITE), u32(fields.version), u32(fields.notBefore), u32(fields.expires), fields.prev, fields.rootsHash,
    encode("policy", u8(policy.minimumSuite), u8(policy.readers), u8(policy.minimumReaders), u16(policy.grace)),
    encodeList("groups", groups), encodeList("members", members), encodeList("formers", formers),
  ));
}

export function parseKeyringBody(encoded: Bytes): KeyringBody {
  const [instance, suite, version, notBefore, expires, prev, rootsHash, policy, groupList, memberList, formerList] =
    decode("keyring", [32, 1, 4, 4, 4, 32, 32, null, null, null, null], encoded) as Eleven;
  const body = {
    instance,
    suite: readUint(suite),
    version: readUint(version),
    notBefore: readUint(notBefore),
    expires: readUint(expires),
    prev,
    rootsHash,
    policy: parsePolicy(policy),
    groups: decodeList("groups", MAX_GROUPS, groupList).map(parseGroup),
    members: decodeList("members", MAX_MEMBERS, memberList).map(parseMember),
    formers: decodeList("formers", MAX_FORMERS, formerList).map(parseFormer),
    encoded,
    hash: hash(encoded),
  };
  const days = body.expires - body.notBefore;
  ensure(days >= 1 && days <= MAX_DAYS, "malformed", `${days} days`);
  ensure(body.version > 1 || equal(prev, Z32), "malformed", "prev of the first");
  ensureAscending(body.groups.map((group) => utf8(group.id)), "groups");
  ensureAscending(body.members.map((member) => member.id), "members");
  ensureAscending(body.formers.map((former) => former.signingPk), "formers");
  for (const member of body.members) ensure(groupFits(member, body.groups), "malformed", "group of a member");
  return body;
}

type Eleven = [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];

function parsePolicy(data: Bytes): Policy {
  const [suite, readers, minimum, grace] = decode("policy", [1, 1, 1, 2], data) as [Bytes, Bytes, Bytes, Bytes];
  const most = readWithin(readers, 1, 8, "readers");
  return {
    minimumSuite: readUint(suite),
    readers: most,
    minimumReaders: readWithin(minimum, 1, most, "minimum readers"),
    grace: readWithin(grace, 0, 30, "grace"),
  };
}

const GROUP_ID = /^[a-z0-9-]{1,32}$/;

function parseGroup(data: Bytes): Group {
  const [id, kind, countries] = decode("group", [null, 1, null], data) as [Bytes, Bytes, Bytes];
  const codes = readName(countries, /^([A-Z]{2}){0,676}$/, "countries").match(/../g) ?? [];
  ensureAscending(codes.map(utf8), "countries");
  return { id: readName(id, GROUP_ID, "group id"), kind: readWithin(kind, PANEL, UNIT, "group kind"), countries: codes };
}

export function encodeStanding(member: Standing): Bytes[] {
  return [member.id, u8(member.role), utf8(member.group), u8(member.flags), member.signingPk];
}

export function parseStanding([id, role, group, flags, signingPk]: readonly [Bytes, Bytes, Bytes, Bytes, Bytes]): Standing {
  return {
    id,
    role: readWithin(role, Role.reviewer, Role.oversight, "role"),
    group: readName(group, /^[a-z0-9-]{0,32}$/, "group"),
    flags: readWithin(flags, 0, OFFLINE, "flags"),
    signingPk,
  };
}

function parseMember(data: Bytes): Member {
  const [id, role, group, flags, signingPk, kemHash, annexHash, from, until] =
    decode("member", [16, 1, null, 1, 32, 32, 32, 4, 4], data) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const member = { ...parseStanding([id, role, group, flags, signingPk]), kemHash, annexHash, from: readUint(from), until: readUint(until) };
  ensure(member.from <= member.until, "malformed", "member days");
  return member;
}

function parseFormer(data: Bytes): Former {
  const [id, role, signingPk, first, last, since] =
    decode("former", [16, 1, 32, 4, 4, 4], data) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  return {
    id,
    role: readWithin(role, Role.reviewer, Role.oversight, "role"),
    signingPk,
    first: readUint(first),
    last: readUint(last),
    compromisedSince: readUint(since),
  };
}

function groupFits(member: Standing, groups: readonly Group[]): boolean {
  const kind = member.role === Role.reviewer ? PANEL : member.role === Role.investigator ? UNIT : undefined;
  if (kind === undefined) return member.group === "";
  return groups.some((group) => group.id === member.group && group.kind === kind);
}

export interface Keyring {
  readonly body: KeyringBody;
  readonly hash: Bytes;
  readonly status: "valid" | "grace";
  readonly clockBehind: boolean;
  readonly today: Day;
}

export interface Pin {
  /** 0 and Z32: none. */
  readonly version: number;
  readonly hash: Bytes;
}

export const NO_PIN: Pin = { version: 0, hash: Z32 };

export class UntrustedKeyring {
  private constructor(private readonly body: KeyringBody, private readonly signatures: readonly RootSignature[]) {}

  /** To choose the newest of several, and for nothing else. */
  get version(): number {
    return this.body.version;
  }

  /** SPEC 5.4 (1), but for the suite. */
  static parse(data: Bytes): UntrustedKeyring {
    const [body, signatures] = decode("signed-keyring", [null, null], data) as [Bytes, Bytes];
    return new UntrustedKeyring(parseKeyringBody(body), parseSignatures(signatures));
  }

  /** SPEC 5.4. The numbers are its steps. */
  verify(roots: RootSet, instance: Bytes, pin: Pin, deviceDay: Day, buildDay: Day): Keyring {
    const body = this.body;
    // (1) a program that knows suite 1 only may not seal where the roots ask for more
    ensure(body.suite === SUITE && body.policy.minimumSuite <= SUITE, "unsupported_suite", `suite ${body.suite}`);
    ensure(equal(body.instance, instance), "wrong_instance"); // (2)
    ensure(equal(body.rootsHash, roots.hash), "wrong_roots"); // (3)
    checkThreshold(roots, this.signatures, body.encoded); // (4)
    checkKeysOnce(body); // (5)
    // (6)
    ensure(body.version >= pin.version, "keyring_rolled_back", `version ${body.version} after ${pin.version}`);
    ensure(body.version !== pin.version || equal(body.hash, pin.hash), "keyring_forked", "the pinned version, another hash");
    ensure(pin.version === 0 || body.version !== pin.version + 1 || equal(body.prev, pin.hash), "keyring_forked", "does not follow");
    // (7)
    const today = Math.max(deviceDay, buildDay, body.notBefore);
    ensure(today <= body.expires + body.policy.grace, "keyring_expired", `day ${today}, expired ${body.expires}`);
    return { body, hash: body.hash, status: today <= body.expires ? "valid" : "grace", clockBehind: deviceDay < buildDay, today };
  }
}

/** SPEC 5.4 (5): one key, one member, one role. */
function checkKeysOnce({ members, formers }: KeyringBody): void {
  const all = [...members, ...formers];
  ensure(new Set(all.map((one) => hex(one.signingPk))).size === all.length, "key_reused", "signing key");
  ensure(new Set(members.map((member) => hex(member.kemHash))).size === members.length, "key_reused", "KEM key");
  const roles = new Map<string, number>();
  for (const { id, role } of all) {
    const known = roles.get(hex(id));
    ensure(known === undefined || known === role, "key_reused", "two roles of one id");
    roles.set(hex(id), role);
  }
}

/** SPEC 5.4, the chain: for the server and for tools. Both are verified already. */
export function checkExtends(older: KeyringBody, newer: KeyringBody): void {
  ensure(equal(newer.instance, older.instance), "wrong_instance");
  ensure(newer.version > older.version, "keyring_rolled_back", `version ${newer.version} after ${older.version}`);
  ensure(newer.version === older.version + 1 && equal(newer.prev, older.hash), "keyring_forked", "does not follow");
  ensure(newer.notBefore >= older.notBefore, "keyring_rolled_back", "starts earlier");
  const holders = new Map<string, string>();
  const note = (key: Bytes, id: Bytes, role: number): void => {
    const holder = hex(join(id, u8(role)));
    const known = holders.get(hex(key));
    ensure(known === undefined || known === holder, "key_reused", "another holder");
    holders.set(hex(key), holder);
  };
  for (const body of [older, newer]) {
    for (const one of [...body.members, ...body.formers]) note(one.signingPk, one.id, one.role);
    for (const member of body.members) note(member.kemHash, member.id, member.role);
  }
}

export function sealKeyring(body: KeyringBody, signatures: readonly RootSignature[]): Bytes {
  return encode("signed-keyring", body.encoded, encodeSignatures(signatures));
}
