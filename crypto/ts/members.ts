/** SPEC 11: what a member holds and signs. */
import { type Bytes, type Day, decode, encode, equal, readUint, readUtf8, readWithin, u32, u8, utf8 } from "./encoding.js";
import { ensure, refuse } from "./errors.js";
import { type KeyringBody, type Member, Role } from "./keyring.js";
import { aeadOpen, aeadSeal, argon2id, argon2idAsync, type Argon2Work, hash, kdf, randomBytes, sign, verify } from "./primitives.js";
import { checkNonce } from "./requests.js";
import { type FirstRoots, parseFirstRoots, parseRootSet, type RootSet } from "./roots.js";

const DEFAULT_WORK: Argon2Work = { memory: 65536, time: 3, lanes: 1 };
const NONCE = 56;

export interface KeyfileFields {
  readonly member: Bytes;
  readonly role: number;
  readonly signingSeed: Bytes;
  readonly kemSeed: Bytes;
  readonly firstRoots: FirstRoots;
  readonly roots: RootSet;
}

/** What can be read of a key file without its passphrase. */
interface LockedKeyfile {
  readonly instance: Bytes;
  readonly member: Bytes;
  readonly role: number;
  readonly work: Argon2Work;
  readonly salt: Bytes;
  readonly nonce: Bytes;
  readonly open: readonly Bytes[];
  readonly ct: Bytes;
}

/** SPEC 11.1. */
export async function sealKeyfile(keyfile: KeyfileFields, passphrase: string, work: Argon2Work = DEFAULT_WORK): Promise<Bytes> {
  checkWork(work);
  const { instance } = keyfile.firstRoots;
  const [salt, nonce] = [randomBytes(16), randomBytes(24)];
  const open = [instance, keyfile.member, u8(keyfile.role), u32(work.memory), u32(work.time), u8(work.lanes), salt, nonce];
  const secret = encode("keyfile-secret", keyfile.signingSeed, keyfile.kemSeed, keyfile.firstRoots.encoded, keyfile.roots.encoded);
  const kek = keyOf(await argon2idAsync(readPassphrase(passphrase), salt, work), instance);
  return encode("keyfile", ...open, aeadSeal(kek, nonce, encode("keyfile-ad", ...open), secret));
}

/** With the instance expected, if any. Blocks for as long as Argon2id takes. */
export function openKeyfile(data: Bytes, passphrase: string, instance?: Bytes): KeyfileFields {
  const locked = parseKeyfile(data, instance);
  return unlock(locked, argon2id(readPassphrase(passphrase), locked.salt, locked.work));
}

/** The same for a page: 64 MiB three times take 2 s, or most of a minute without a JIT. */
export async function openKeyfileAsync(
  data: Bytes, passphrase: string, instance?: Bytes, onProgress?: (done: number) => void,
): Promise<KeyfileFields> {
  const locked = parseKeyfile(data, instance);
  return unlock(locked, await argon2idAsync(readPassphrase(passphrase), locked.salt, locked.work, onProgress));
}

function parseKeyfile(data: Bytes, expected?: Bytes): LockedKeyfile {
  const fields = decode("keyfile", [32, 16, 1, 4, 4, 1, 16, 24, null], data);
  const [instance, member, role, memory, time, lanes, salt, nonce, ct] =
    fields as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const roleNumber = readWithin(role, Role.reviewer, Role.oversight, "role");
  const work = { memory: readUint(memory), time: readUint(time), lanes: readUint(lanes) };
  checkWork(work); // before a byte is derived: the file may come from anybody
  ensure(!expected || equal(instance, expected), "wrong_instance");
  return { instance, member, role: roleNumber, work, salt, nonce, open: fields.slice(0, 8), ct };
}

function checkWork({ memory, time, lanes }: Argon2Work): void {
  const within = memory >= 19456 && memory <= 262144 && time >= 2 && time <= 16 && lanes >= 1 && lanes <= 4;
  ensure(within, "kdf_out_of_bounds", `${memory} KiB, ${time}, ${lanes}`);
}

function unlock(locked: LockedKeyfile, derived: Bytes): KeyfileFields {
  const { instance, member, role } = locked;
  const secret = openSecret(locked, keyOf(derived, instance));
  const [signingSeed, kemSeed, first, roots] = decode("keyfile-secret", [32, 32, null, null], secret) as [Bytes, Bytes, Bytes, Bytes];
  const firstRoots = parseFirstRoots(first);
  const rootSet = parseRootSet(roots);
  ensure(equal(firstRoots.instance, instance), "wrong_instance");
  return { member, role, signingSeed, kemSeed, firstRoots, roots: rootSet };
}

function openSecret({ open, nonce, ct }: LockedKeyfile, kek: Bytes): Bytes {
  try {
    return aeadOpen(kek, nonce, encode("keyfile-ad", ...open), ct);
  } catch {
    return refuse("wrong_passphrase");
  }
}

const keyOf = (derived: Bytes, instance: Bytes): Bytes => kdf(derived, "keyfile", instance);

/** SPEC 11.1: what was typed, as it is stretched. */
function readPassphrase(typed: string): Bytes {
  const lower = typed.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return utf8(lower.replace(/[ \t\n\r-]+/g, " ").replace(/^ | $/g, ""));
}

/** SPEC 11.2: proves to the server, at this origin, that the member opened a session with this key. */
export function signIn(instance: Bytes, origin: string, nonce: Bytes, member: Bytes, sessionPk: Bytes, signingSeed: Bytes): Bytes {
  const statement = encode("signin", instance, utf8(origin), nonce, member, sessionPk);
  return encode("signin-request", statement, sign(signingSeed, statement));
}

export interface SignIn {
  readonly member: Member;
  readonly sessionPk: Bytes;
  readonly nonce: Bytes;
}

export function verifySignin(
  instance: Bytes, origin: string, keyring: KeyringBody, today: Day, serverKey: Bytes, now: number, data: Bytes,
): SignIn {
  const [statement, signature] = decode("signin-request", [null, 64], data) as [Bytes, Bytes];
  const [named, namedOrigin, nonce, id, sessionPk] =
    decode("signin", [32, null, NONCE, 16, 32], statement) as [Bytes, Bytes, Bytes, Bytes, Bytes];
  const statedOrigin = readUtf8(namedOrigin);
  ensure(equal(named, instance), "wrong_instance");
  ensure(statedOrigin === origin, "wrong_origin");
  checkNonce(serverKey, "signin", nonce, now);
  const member = keyring.members.find((one) => equal(one.id, id) && one.from <= today && today <= one.until) ?? refuse("not_a_member");
  verify(member.signingPk, statement, signature);
  return { member, sessionPk, nonce };
}

/** SPEC 11.3. */
export interface StaffRequest {
  readonly session: Bytes;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: Bytes;
  readonly nonce: Bytes;
}

export function signStaffRequest(instance: Bytes, request: StaffRequest, sessionSeed: Bytes): Bytes {
  return sign(sessionSeed, staffStatement(instance, request));
}

function staffStatement(instance: Bytes, { session, method, path, body, nonce }: StaffRequest): Bytes {
  return encode("staff-request", instance, session, utf8(method), utf8(path), hash(body), nonce);
}
