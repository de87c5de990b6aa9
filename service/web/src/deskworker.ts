// Holds a member's keys while the desk is unlocked, and does what needs them. The page gets results, never keys.

import { openDraft, sealDraft } from "../../../crypto/ts/draft.js";
import { openDeclarations } from "../../../crypto/ts/conflict.js";
import { type Bytes, encode, equal, hex, readUtf8, u64, utf8 } from "../../../crypto/ts/encoding.js";
import { ensure, refuse } from "../../../crypto/ts/errors.js";
import { openEvidence, sealEvidence } from "../../../crypto/ts/evidence.js";
import { type Keyring, UntrustedKeyring } from "../../../crypto/ts/keyring.js";
import { openKeyfileAsync, signIn, signStaffRequest } from "../../../crypto/ts/members.js";
import { REASONS, signMoreAnswered, signMoreAsked, verifyMoreAsked } from "../../../crypto/ts/more.js";
import { aeadOpen, aeadSeal, hash, KEM_CT, kemDecapsulate, kemKeypair, N0, randomBytes, sha256Hasher, sign, signingPk, verify } from "../../../crypto/ts/primitives.js";
import { fingerprint, parseFirstRoots, parseRootSet, type RootSet } from "../../../crypto/ts/roots.js";
import { composePost, openName } from "./desk-compose.js";
import { composeAnswer, showGiven } from "./desk-copies.js";
import { asFault } from "./desk-barred.js";
import { type Self } from "./desk-read.js";
import { Recall } from "./desk-recall.js";
import { openCase } from "./desk-show.js";
import type { Member } from "./desk-model.js";
import { type Role, ROLES } from "./desk-roles.js";
import { fromHex } from "./desk-page.js";
import type { Args, Reply, VaultCalls, VaultOp } from "./desk-calls.js";

const [WARM, WARM_MS] = [5, 250]; // times; where nothing compiles, none too long
const PART = 15 * (65536 + 40); // docs/design.md, POST /v1/evidence

interface Keys extends Self {
  kemSeed: Bytes;
}

interface Lent {
  keys: Omit<Keys, "recall">;
  keyring: Keyring;
}

let keyring: Keyring | null = null;
let roots: RootSet | null = null;
let keys: Keys | null = null;
let session: { seed: Bytes; id: Bytes } | null = null;
let progress: (share: number) => void = () => undefined;

type Handlers = { [K in VaultOp]: (args: Args<K>) => ReturnType<VaultCalls[K]> | Promise<ReturnType<VaultCalls[K]>> };

const handlers: Handlers = {
  /** SPEC 5.4: nothing is done with a keyring before this. */
  pin(a) {
    const first = parseFirstRoots(a.firstRoots);
    roots = parseRootSet(a.roots);
    keyring = UntrustedKeyring.parse(a.keyring).verify(roots, first.instance, { version: a.version, hash: a.hash }, a.deviceDay, a.buildDay);
    const { body, status, clockBehind, today } = keyring;
    return {
      version: body.version, hash: hex(body.hash), expires: body.expires, status, clockBehind, today, threshold: roots.threshold,
      fingerprint: fingerprint(first.instance, roots), organisations: roots.roots.map(({ organisation }) => organisation), instance: hex(first.instance),
    };
  },

  async unlock({ keyfile, passphrase }) {
    const { body } = pinned();
    let last = 0;
    const opened = await openKeyfileAsync(keyfile, readUtf8(passphrase), body.instance, (share) => {
      if (share - last < 0.01 && share < 1) return;
      last = share;
      progress(share);
    });
    passphrase.fill(0);
    // The key file brings its own root set: a page built on another is not the page its owner was given.
    ensure(roots !== null && equal(opened.roots.hash, roots.hash), "wrong_roots", "the key file pins another root set");
    const kem = kemKeypair(opened.kemSeed);
    const day = today();
    const member = body.members.find((one) => equal(one.id, opened.member) && one.from <= day && day <= one.until);
    if (!member) return refuse("not_a_member", "no record of this id today");
    ensure(equal(member.signingPk, signingPk(opened.signingSeed)) && equal(member.kemHash, hash(kem.pk)), "not_a_member", "the record has newer keys");
    keys = { id: opened.member, signingSeed: opened.signingSeed, kem, kemSeed: opened.kemSeed, declarations: null, ceks: new Map(), recall: new Recall() };
    const shown: Member = { id: hex(member.id), role: ROLES[member.role] as Role, group: member.group, until: member.until };
    return { member: shown, kem: kem.pk };
  },

  /** SPEC 11.2: the session key is made here and dies here. */
  signIn({ nonce, origin }) {
    const { id, signingSeed } = held();
    session = { seed: randomBytes(32), id: new Uint8Array(16) };
    return signIn(pinned().body.instance, origin, nonce, id, signingPk(session.seed), signingSeed);
  },

  session(a) {
    if (!session) return refuse("malformed", "no session key");
    session.id = fromHex(a.session);
    ensure(session.id.length === 16, "malformed", "session id");
    return null;
  },

  /** SPEC 11.3 */
  sign({ method, path, body }) {
    if (!session) return refuse("malformed", "no session key");
    const nonce = randomBytes(16);
    const signature = signStaffRequest(pinned().body.instance, { session: session.id, method, path, body, nonce }, session.seed);
    return { nonce: hex(nonce), signature: hex(signature) };
  },

  /** SPEC 5.11. Gives how many members the keyring vouches for. */
  declare({ annexes }) {
    const { body } = pinned();
    held().declarations = annexes.length ? openDeclarations(body.instance, annexes, held().kem, body.members) : new Map();
    return held().declarations?.size ?? 0;
  },

  /** Code that has run is compiled: what takes the time of opening a case is tried on nobody's. */
  warmUp() {
    const nobody = kemKeypair(randomBytes(32));
    const [seed, account, until] = [randomBytes(32), new Uint8Array(4 * KEM_CT), performance.now() + WARM_MS];
    for (let n = 0; n < WARM && performance.now() < until; n++) {
      const statement = randomBytes(64);
      kemDecapsulate(nobody, randomBytes(KEM_CT));
      aeadOpen(seed, N0, hash(account), aeadSeal(seed, N0, hash(account), account));
      verify(signingPk(seed), statement, sign(seed, statement));
    }
    return null;
  },

  /** What it has verified and opened itself, straight to a helper of the same page: it would come to the same. */
  lend({ port }) {
    const { recall: _, ...own } = held();
    const lent: Lent = { keys: { ...own, signingSeed: new Uint8Array(0) }, keyring: pinned() }; // a helper reads; it cannot sign
    port.postMessage(lent);
    port.close();
    return null;
  },

  borrow({ port }) {
    return new Promise((resolve) => {
      port.onmessage = (event: MessageEvent<Lent>): void => {
        keys = { ...event.data.keys, recall: new Recall() };
        keyring = event.data.keyring;
        port.close();
        resolve(null);
      };
    });
  },

  people() {
    const day = today();
    const present = pinned().body.members.filter((one) => one.from <= day && day <= one.until);
    return present.map(({ id, role, group }) => ({ id: hex(id), role: ROLES[role] as Role, group, languages: [...(held().declarations?.get(hex(id))?.languages ?? [])] }));
  },

  open: (request) => openCase(request, pinned(), held(), today()),

  openName: (request) => openName(request, request.link, pinned(), held(), today()),

  /** SPEC 6.11: with the size and both hashes of the manifest. */
  openFile({ file, blob }) {
    const hashes = { blobHash: fromHex(file.blobHash), plaintextHash: fromHex(file.plaintextHash) };
    const data = openEvidence(pinned().body.instance, fromHex(file.upload), fromHex(file.key), file.size, blob, hashes);
    const whole = sha256Hasher();
    whole.update(blob);
    return { data, sealed: hex(whole.digest()) };
  },

  digest({ words }) {
    const whole = sha256Hasher();
    whole.update(utf8(words));
    return hex(whole.digest());
  },

  sealFile({ data, name, type }) {
    const { blob, uploadId, key, blobHash, plaintextHash, size } = sealEvidence(pinned().body.instance, data);
    const token = randomBytes(32);
    const parts: Bytes[] = [];
    for (let at = 0; at < blob.length; at += PART) parts.push(encode("upload", uploadId, token, u64(at), u64(blob.length), blob.slice(at, at + PART)));
    return { file: { upload: hex(uploadId), key: hex(key), blobHash: hex(blobHash), plaintextHash: hex(plaintextHash), size, name, type, question: "", forIntake: false }, parts };
  },

  compose: (request) => composePost(request, pinned(), held(), today()),

  copies: ({ copies }) => showGiven(copies, pinned(), held()),

  answerCopy: ({ copy, text, language }) => composeAnswer(copy, text, language, pinned(), held(), today()),

  /** SPEC 11.6: of this day alone. */
  readMore({ asked }) {
    const { body } = pinned();
    return asked.flatMap((one) => {
      try {
        const { member, cases, reason, day } = verifyMoreAsked(body.instance, body, fromHex(one));
        return day === today() ? [{ asked: one, member: hex(member), cases, reason: REASONS[reason - 1] ?? "" }] : [];
      } catch {
        return [];
      }
    });
  },

  askMore({ cases, reason }) {
    const { id, signingSeed } = held();
    return signMoreAsked({ instance: pinned().body.instance, member: id, day: today(), cases, reason: (REASONS as readonly string[]).indexOf(reason) + 1, nonce: randomBytes(16) }, signingSeed);
  },

  answerMore({ asked, agrees }) {
    const { body } = pinned();
    const { id, signingSeed } = held();
    return signMoreAnswered(verifyMoreAsked(body.instance, body, fromHex(asked)), id, agrees, signingSeed);
  },

  /** SPEC 7.2. Needs the public key alone: the private one is gone by then. */
  sealDraft: ({ instance, member, kem, text }) => sealDraft(fromHex(instance), fromHex(member), kem, readUtf8(text)),

  openDraft({ sealed }) {
    const { id, kem } = held();
    return utf8(openDraft(pinned().body.instance, id, kem, sealed));
  },

  wipe() {
    for (const secret of [keys?.signingSeed, keys?.kemSeed, keys?.kem.mlKemSecret, keys?.kem.x25519Secret, session?.seed, ...(keys?.ceks.values() ?? [])]) secret?.fill(0);
    keys?.recall.forget();
    keys = session = null;
    return null;
  },
};

function pinned(): Keyring {
  return keyring ?? refuse("malformed", "no verified keyring");
}

function held(): Keys {
  return keys ?? refuse("not_a_member", "locked");
}

function today(): number {
  return Math.max(Math.floor(Date.now() / 86400000), pinned().today);
}

const scope = self as unknown as { postMessage(reply: Reply): void };

self.onmessage = async (event: MessageEvent<{ id: number; op: VaultOp; args: never }>): Promise<void> => {
  const { id, op, args } = event.data;
  progress = (share): void => scope.postMessage({ id, share });
  try {
    scope.postMessage({ id, ok: await handlers[op](args) });
  } catch (error) {
    scope.postMessage({ id, error: asFault(error) });
  }
};
