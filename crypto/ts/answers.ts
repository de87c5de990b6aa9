/** SPEC 14: one request, one answer. Runs in browsers too; `conformance` feeds it lines. */
import { encodeAccount, parseAnswers, sealedFiles } from "./account.js";
import { openBox, openCopy, openReaders, openSecret, openWrap, parseBox } from "./box.js";
import { canonical } from "./canonical.js";
import { cards, inboxPks, verifyCard } from "./card.js";
import { openCase } from "./case.js";
import { type KnownMessage, verifyChain } from "./chain.js";
import { parseSignedEntry } from "./entry.js";
import { parsePostedEntries } from "./posts.js";
import { checkClaim } from "./claiming.js";
import { checkAnswer, checkCopy } from "./copies.js";
import { drawReaders, drawReview } from "./draw.js";
import { type Bytes, hex, readUtf8, utf8 } from "./encoding.js";
import { parseKemKeys, verifyEnrolment } from "./enrolment.js";
import { ensure, ProtocolError } from "./errors.js";
import { openEvidence } from "./evidence.js";
import { checkHoles } from "./holes.js";
import { findHolders, isKept } from "./keeping.js";
import { checkExtends, parseKeyringBody, UntrustedKeyring } from "./keyring.js";
import { openMailbox } from "./mailbox.js";
import { openKeyfile, verifySignin } from "./members.js";
import { openCustodianSlot, openGranted, openIdentity, openMessage, openUnitSlot, openWithCek, parseSealed, type SealedMessage } from "./message.js";
import { verifyMoreAnswered, verifyMoreAsked } from "./more.js";
import { aeadOpen, argon2id, hash, kdf, kemDecapsulate, kemKeypair, signingPk, verify, x25519 } from "./primitives.js";
import { deriveReceipt, readCode } from "./receipt.js";
import { type Route, verifyMailboxRequest } from "./requests.js";
import { conflicts, type Declaration, openDeclarations, parseDeclaration } from "./conflict.js";
import { foldsOf } from "./names.js";
import { checkGiven, checkWithholding } from "./withholding.js";
import { checkReaders, checkSecret, checkWrap } from "./wraps.js";
import { deeds, dueDay, findRule, isDormant, State } from "./workflow.js";
import { fingerprint, parseFirstRoots, parseRootSet, rotateRoots } from "./roots.js";

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };
type Ok = Record<string, Json>;

/** Not a failure class: the request itself is wrong. */
class BadRequest extends Error {}

/** The named inputs of one request. */
class Inputs {
  constructor(private readonly values: unknown) {}

  private get(name: string): unknown {
    const { values } = this;
    if (typeof values !== "object" || values === null || !Object.prototype.hasOwnProperty.call(values, name)) throw new BadRequest();
    return (values as Record<string, unknown>)[name];
  }

  bytes(name: string): Bytes {
    return unhex(this.get(name));
  }

  /** "" is none. */
  optional(name: string): Bytes | undefined {
    const data = this.bytes(name);
    return data.length ? data : undefined;
  }

  text(name: string): string {
    return readUtf8(this.bytes(name));
  }

  string(name: string): string {
    const value = this.get(name);
    if (typeof value !== "string") throw new BadRequest();
    return value;
  }

  /** ASCII, 1 to 32 bytes (SPEC 2). */
  tag(name: string): string {
    const value = this.string(name);
    if (!/^[\0-\x7f]{1,32}$/.test(value)) throw new BadRequest();
    return value;
  }

  number(name: string): number {
    const value = this.get(name);
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw new BadRequest();
    return value;
  }

  list<T>(name: string, item: (value: unknown) => T): T[] {
    const value = this.get(name);
    if (!Array.isArray(value)) throw new BadRequest();
    return value.map(item);
  }

  keyring = () => parseKeyringBody(this.bytes("keyring"));
  message = () => parseSealed(this.bytes("instance"), this.bytes("message"));
  key = () => kemKeypair(this.bytes("kem_seed"));
}

function unhex(value: unknown): Bytes {
  if (typeof value !== "string" || !/^([0-9a-f]{2})*$/.test(value)) throw new BadRequest();
  const out = new Uint8Array(value.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(value.slice(2 * i, 2 * i + 2), 16);
  return out;
}

const number = (value: unknown): number => new Inputs({ value }).number("value");
const string = (value: unknown): string => new Inputs({ value }).string("value");

function knownMessage(value: unknown): KnownMessage {
  const inputs = new Inputs(value);
  return { cid: inputs.bytes("cid"), lane: inputs.number("lane") };
}

/** What a server checks of the last entry beside what follows from the chain. */
function checkLast(i: Inputs, check: typeof checkClaim): Json {
  const [posted, keyring] = [parsePostedEntries(i.bytes("posted")), i.keyring()];
  const chain = verifyChain(i.bytes("instance"), i.bytes("cid"), keyring, posted.map(({ entry }) => entry), [], i.number("today"));
  const newest = chain.entries[chain.entries.length - 1];
  if (!newest) throw new BadRequest();
  check(chain, posted, keyring, newest);
  return {};
}

const OPS = new Map<string, (inputs: Inputs) => Ok>([
  ["x25519", (i) => ({ shared: hex(x25519(i.bytes("sk"), i.bytes("pk"))) })],
  ["ed25519.verify", (i) => {
    verify(i.bytes("pk"), i.bytes("message"), i.bytes("signature"));
    return {};
  }],
  ["aead.open", (i) => ({ plaintext: hex(aeadOpen(i.bytes("key"), i.bytes("nonce"), i.bytes("ad"), i.bytes("ciphertext"))) })],
  ["kem.keypair", (i) => ({ pk: hex(kemKeypair(i.bytes("seed")).pk) })],
  ["kem.decapsulate", (i) => ({ shared: hex(kemDecapsulate(kemKeypair(i.bytes("seed")), i.bytes("ct"))) })],
  ["argon2id", (i) => {
    const work = { memory: i.number("memory"), time: i.number("time"), lanes: i.number("lanes") };
    return { key: hex(argon2id(i.bytes("password"), i.bytes("salt"), work)) };
  }],
  ["hash", (i) => ({ hash: hex(hash(i.bytes("data"))) })],
  ["kdf", (i) => ({ key: hex(kdf(i.bytes("key"), i.tag("label"), ...i.list("context", unhex))) })],
  ["receipt.parse", (i) => ({ digits: readCode(i.text("text")) })],
  ["receipt.derive", (i) => {
    const receipt = deriveReceipt(i.bytes("instance"), i.string("digits"));
    return {
      k0: hex(receipt.k0), request_pk: hex(receipt.requestPk), mailbox_pk: hex(receipt.mailboxPk), veil_key: hex(receipt.veilKey),
      lookup: hex(receipt.lookup),
    };
  }],
  ["roots.verify", (i) => {
    const { instance, roots } = parseFirstRoots(i.bytes("first_roots"));
    return { instance: hex(instance), version: roots.version, threshold: roots.threshold, fingerprint: fingerprint(instance, roots) };
  }],
  ["roots.rotate", (i) => ({ roots: hex(rotateRoots(i.bytes("instance"), parseRootSet(i.bytes("roots")), i.bytes("change")).encoded) })],
  ["keyring.verify", (i) => {
    const pin = { version: i.number("pinned_version"), hash: i.bytes("pinned_hash") };
    const [roots, instance, deviceDay, buildDay] = [parseRootSet(i.bytes("roots")), i.bytes("instance"), i.number("device_day"), i.number("build_day")];
    const keyring = UntrustedKeyring.parse(i.bytes("keyring")).verify(roots, instance, pin, deviceDay, buildDay);
    const { body, status, clockBehind } = keyring;
    return { version: body.version, hash: hex(body.hash), status, clock_behind: clockBehind, members: body.members.length };
  }],
  ["keyring.extends", (i) => {
    checkExtends(parseKeyringBody(i.bytes("older")), parseKeyringBody(i.bytes("newer")));
    return {};
  }],
  ["keyring.draw", (i) => {
    const draw = drawReaders(i.keyring(), i.bytes("k0"), i.number("today"), i.string("country"), i.list("left_out", string));
    return { readers: draw.readers.map(({ id }) => hex(id)), custodians: draw.custodians.map(({ id }) => hex(id)) };
  }],
  ["keyring.draw_review", (i) => {
    const [keyring, k0, today, country] = [i.keyring(), i.bytes("k0"), i.number("today"), i.string("country")];
    const draw = drawReview(keyring, k0, today, country, i.list("left_out", string), i.list("acted", unhex));
    return { readers: draw.readers.map(({ id }) => hex(id)), custodians: draw.custodians.map(({ id }) => hex(id)) };
  }],
  ["kem_keys.parse", (i) => ({ hashes: [...parseKemKeys(i.bytes("instance"), i.bytes("kem_keys")).keys()] })],
  ["enrolment.verify", (i) => {
    const { id, role, signingPk, kemPk } = verifyEnrolment(i.bytes("instance"), i.bytes("enrolment"));
    return { id: hex(id), role, signing_pk: hex(signingPk), kem_hash: hex(hash(kemPk)) };
  }],
  ["message.parse", (i) => {
    const { cid, lookup, lane, keyringVersion, keyringHash } = i.message();
    return { cid: hex(cid), lookup: hex(lookup), lane, keyring_version: keyringVersion, keyring_hash: hex(keyringHash) };
  }],
  ["message.open", (i) => {
    const opened = openMessage(i.message(), i.key(), i.optional("keyring_hash"));
    return {
      cid: hex(opened.cid), cek: hex(opened.cek), half: hex(opened.half), account: hex(opened.accountBytes), intake: hex(opened.intakeBytes),
    };
  }],
  ["message.custodian", (i) => ({ key: hex(openCustodianSlot(i.message(), i.key())) })],
  ["identity.open", (i) => ({ identity: hex(openIdentity(i.message(), i.bytes("half"), i.bytes("key")).identityBytes) })],
  ["evidence.open", (i) => {
    const plaintextHash = i.optional("plaintext_hash");
    const [instance, uploadId, key, size, blob] = [i.bytes("instance"), i.bytes("upload_id"), i.bytes("key"), i.number("size"), i.bytes("blob")];
    return { plaintext: hex(openEvidence(instance, uploadId, key, size, blob, plaintextHash ? { plaintextHash } : {})) };
  }],
  ["evidence.list", (i) => ({
    files: sealedFiles(parseAnswers(i.bytes("answers"))).map(({ uploadId, key, blobHash, plaintextHash, size, name, type }) => ({
      upload_id: hex(uploadId), key: hex(key), blob_hash: hex(blobHash), plaintext_hash: hex(plaintextHash), size, name: hexText(name), type: hexText(type),
    })),
  })],
  ["box.open", (i) => {
    const { kind, author, text, language, code } = openBox(parseBox(i.bytes("box")), i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key());
    return { kind, author: hex(author), text: hexText(text), language: hexText(language), code };
  }],
  ["copy.open", (i) => {
    const { inboxes, words } = openCopy(parseBox(i.bytes("box")), i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key());
    return { inboxes: inboxes.map(hex), code: words.code, text: hexText(words.text), language: hexText(words.language) };
  }],
  ["copy.check", (i) => {
    const [copy, keyring] = [parseBox(i.bytes("copy")), i.keyring()];
    const member = checkCopy(copy, keyring, i.number("day"));
    const answered = i.optional("box");
    if (answered) checkAnswer(parseBox(answered), parseSignedEntry(i.bytes("entry")), copy, keyring);
    return { member: hex(member.id) };
  }],
  ["wrap.open", (i) => {
    const { grants, inboxSeeds, intakePk, words } = openWrap(parseBox(i.bytes("box")), i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key());
    return {
      grants: grants.map(({ cid, k0 }) => ({ cid: hex(cid), k0: hex(k0) })), inbox_seeds: inboxSeeds.map(hex), intake_pk: hex(intakePk), text: hexText(words.text),
      language: hexText(words.language), code: words.code,
    };
  }],
  ["readers.open", (i) => {
    const { keys, inboxSeeds, unitSeed, words } = openReaders(parseBox(i.bytes("box")), i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key());
    return { keys: keys.map(({ cid, cek }) => ({ cid: hex(cid), cek: hex(cek) })), inbox_seeds: inboxSeeds.map(hex), unit_seed: hex(unitSeed), text: hexText(words.text), language: hexText(words.language), code: words.code };
  }],
  ["message.open_with", (i) => {
    const { cid, accountBytes, intakeBytes } = openWithCek(i.message(), i.bytes("cek"));
    return { cid: hex(cid), account: hex(accountBytes), intake: hex(intakeBytes) };
  }],
  ["secret.open", (i) => {
    const box = parseBox(i.bytes("box"));
    return { kind: box.kind, secret: hex(openSecret(box, i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key())) };
  }],
  ["message.granted", (i) => {
    const { cid, account } = openGranted(i.message(), i.bytes("k0"));
    return { cid: hex(cid), account: hex(encodeAccount(account)) };
  }],
  ["message.unit", (i) => {
    const message = i.message();
    const k0 = openUnitSlot(message, i.key());
    const { cid, account } = openGranted(message, k0);
    return { cid: hex(cid), k0: hex(k0), account: hex(encodeAccount(account)) };
  }],
  ["card.verify", (i) => {
    const [instance, cid, keyring, today] = [i.bytes("instance"), i.bytes("cid"), i.keyring(), i.number("today")];
    const [entries, shown] = [i.list("entries", unhex), i.number("shown")];
    // the chain as the person sees it: the newest entries, and where the case stood before them
    const cut = Math.max(0, entries.length - shown);
    const { last } = verifyChain(instance, cid, keyring, entries.slice(0, cut), [], today);
    const chain = verifyChain(instance, cid, keyring, entries.slice(cut), [], today, last);
    const card = verifyCard(instance, cid, keyring, chain, i.bytes("card"), today, i.number("least"));
    return { number: card.number, intake_pk: hex(card.intakePk), unit_pk: hex(card.unitPk), unit_reads: inboxPks(card, chain.place).unit.length > 0 };
  }],
  ["cards.list", (i) => {
    const [instance, cid, keyring, today] = [i.bytes("instance"), i.bytes("cid"), i.keyring(), i.number("today")];
    const posted = parsePostedEntries(i.bytes("posted"));
    const chain = verifyChain(instance, cid, keyring, posted.map(({ entry }) => entry), [], today);
    return { cards: cards(chain, posted).map(({ card, encoded }) => ({ number: card.number, signed: hex(encoded) })) };
  }],
  ["chain.verify", (i) => {
    const [entries, messages] = [i.list("entries", unhex), i.list("messages", knownMessage)];
    const chain = verifyChain(i.bytes("instance"), i.bytes("cid"), i.keyring(), entries, messages, i.number("today"));
    const { head, state, acknowledged, unconfirmed, pending, wrap } = chain;
    const { back, priority, until, since } = chain.place;
    return {
      head: hex(head), state, acknowledged, void: chain.void, unconfirmed, back, priority, until, since,
      pending: pending.map(({ link }) => hex(link)), wrap: hex(wrap),
      asks: chain.asks.map(({ entry, agreed, granted, opened }) => ({ link: hex(entry.link), agreed, granted, opened })),
      readers: chain.readers.map(hex), changes: chain.changes.map(({ link }) => hex(link)), copies: chain.copies.map(({ link }) => hex(link)), withholdings: chain.withholdings.map(({ link }) => hex(link)),
      claimed: chain.claimed.map(hex),
      erasing: chain.erasing.map(({ link }) => hex(link)), nameless: chain.nameless.map(({ link }) => hex(link)),
      hold: chain.hold, holding: chain.holding.map(({ link }) => hex(link)),
    };
  }],
  ["chain.keeping", (i) => {
    const [posted, messages, keyring, today] = [parsePostedEntries(i.bytes("posted")), i.list("messages", knownMessage), i.keyring(), i.number("today")];
    const chain = verifyChain(i.bytes("instance"), i.bytes("cid"), keyring, posted.map(({ entry }) => entry), messages, today);
    const holders = findHolders(chain, posted, keyring);
    return { holders: holders.map(({ member, count }) => ({ member: hex(member), count })), kept: isKept(holders, messages.length, keyring, today, i.list("gone", unhex)) };
  }],
  ["chain.holes", (i) => {
    const messages = i.list("messages", unhex).map((one) => parseSealed(i.bytes("instance"), one));
    checkHoles(verifyChain(i.bytes("instance"), i.bytes("cid"), i.keyring(), i.list("entries", unhex), messages, i.number("today")), messages);
    const without = (gone: (message: SealedMessage) => boolean): Json => messages.filter(gone).map(({ cid }) => hex(cid));
    return { slots: without(({ readerSlots }) => readerSlots.length === 0), identities: without(({ custodianSlots }) => custodianSlots.length === 0) };
  }],
  ["chain.withholding", (i) => checkLast(i, checkWithholding)],
  ["chain.claim", (i) => checkLast(i, checkClaim)],
  ["chain.given", (i) => checkLast(i, checkGiven)],
  ["wrap.names", (i) => {
    checkWrap(parseBox(i.bytes("box")), i.keyring(), i.number("day"), i.bytes("inbox_pk"), i.number("handed_on") > 0);
    return {};
  }],
  ["readers.names", (i) => {
    checkReaders(parseBox(i.bytes("box")), i.keyring(), i.number("day"), null, i.number("kept") > 0, i.number("handed_on") > 0);
    return {};
  }],
  ["half.names", (i) => {
    checkSecret(parseBox(i.bytes("box")), i.keyring(), parseSignedEntry(i.bytes("asked")), i.number("day"));
    return {};
  }],
  ["names.folds", (i) => ({ folds: foldsOf(i.text("text")) })],
  ["annexes.open", (i) => {
    const found = openDeclarations(i.bytes("instance"), i.bytes("annexes"), i.key(), i.keyring().members);
    const shown = ([member, one]: [string, Declaration]): Json => ({
      member, posts: one.posts.map(({ agency, unit, first, last }) => [agency, hex(unit), first, last]), regions: one.regions, names: one.names.map(hex), languages: one.languages,
    });
    return { members: Array.from(found).sort(([a], [b]) => (a < b ? -1 : 1)).map(shown) };
  }],
  ["conflict.reasons", (i) => {
    const texts = (name: string): string[] => i.list(name, unhex).map(readUtf8);
    const implicated = {
      agencies: i.list("agencies", string), units: texts("units"), regions: i.list("regions", string), names: texts("names"), denied: texts("denied"), excluded: i.list("excluded", unhex).map(hex),
    };
    const declaration = parseDeclaration(i.bytes("instance"), i.bytes("declaration"));
    return { reasons: conflicts(declaration, implicated, i.number("day")), hash: hex(declaration.hash) };
  }],
  ["more.verify", (i) => {
    const [keyring, answer] = [i.keyring(), i.optional("answer")];
    const asked = verifyMoreAsked(i.bytes("instance"), keyring, i.bytes("asked"));
    const found = answer && verifyMoreAnswered(keyring, asked, answer);
    return {
      member: hex(asked.member), day: asked.day, cases: asked.cases, reason: asked.reason, hash: hex(asked.hash),
      by: found ? hex(found.member) : "", agrees: found?.agrees ?? false,
    };
  }],
  ["workflow.rules", (i) => {
    const [state, states] = [i.number("state"), Object.values(State)];
    const places = states.flatMap((back) => states.map((target) => [back, target] as const));
    return {
      rules: places.flatMap(([back, target]) => {
        const rule = findRule(state, back, target);
        return rule ? [[back, target, [...rule.signers].sort(), [...rule.approvers].sort(), rule.least, rule.most]] : [];
      }),
    };
  }],
  ["workflow.deeds", (i) => ({
    deeds: deeds(i.number("state"), i.number("back"), i.number("role")).map(({ target, fourEyes }) => [target, fourEyes]),
  })],
  ["workflow.due", (i) => ({ day: dueDay(i.number("state"), i.number("since"), i.number("until"), i.number("priority")) })],
  ["workflow.dormant", (i) => ({ dormant: isDormant(i.number("state"), i.number("since"), i.number("day")) })],
  ["workflow.due_in", (i) => {
    const calendar = { off: i.list("off", number), work: i.list("work", number) };
    return { day: dueDay(i.number("state"), i.number("since"), i.number("until"), i.number("priority"), calendar) };
  }],
  ["mailbox.open", (i) => {
    const seed = i.bytes("request_seed");
    ensure(seed.length === 32, "malformed", "seed length");
    const keys = { requestPk: signingPk(seed), mailboxSeed: i.bytes("mailbox_seed"), veilKey: i.bytes("veil_key") };
    const opened = openMailbox(i.bytes("instance"), keys, i.keyring(), i.list("blocks", unhex), i.number("today"));
    if (!opened) return { cid: "", state: 0, acknowledged: false, replies: [], card: 0, card_fault: "", hold: 0 };
    if (opened.refused[0]) throw opened.refused[0];
    const replies = opened.replies.map((reply) => ({
      seq: reply.seq, author: hex(reply.author), text: hexText(reply.text), language: hexText(reply.language), code: reply.code,
    }));
    const { card, cardFault } = opened;
    return { cid: hex(opened.cid), state: opened.state, acknowledged: opened.acknowledged, replies, card: card?.number ?? 0, card_fault: cardFault?.slug ?? "", hold: opened.chain.hold };
  }],
  ["request.verify", (i) => {
    const [instance, route, data] = [i.bytes("instance"), i.string("route"), i.bytes("request")];
    if (!isRoute(route)) throw new BadRequest();
    const { lookup, body } = verifyMailboxRequest(instance, route, data, i.bytes("server_key"), i.number("now"));
    return { lookup: hex(lookup), body: hex(body) };
  }],
  ["keyfile.open", (i) => {
    const keyfile = openKeyfile(i.bytes("keyfile"), i.text("passphrase"), i.optional("instance"));
    return {
      member: hex(keyfile.member), role: keyfile.role, signing_seed: hex(keyfile.signingSeed), kem_seed: hex(keyfile.kemSeed),
      first_roots: hex(keyfile.firstRoots.encoded), roots: hex(keyfile.roots.encoded),
    };
  }],
  ["signin.verify", (i) => {
    const [instance, origin, today, now] = [i.bytes("instance"), i.string("origin"), i.number("today"), i.number("now")];
    const { member, sessionPk } = verifySignin(instance, origin, i.keyring(), today, i.bytes("server_key"), now, i.bytes("request"));
    return { member: hex(member.id), session_pk: hex(sessionPk) };
  }],
  ["case.open", (i) => {
    const opened = openCase(openKeyfile(i.bytes("keyfile"), i.text("passphrase")), i.bytes("case"), i.number("device_day"));
    return {
      cid: hex(opened.cid),
      accounts: opened.messages.map(({ accountBytes }) => hex(accountBytes)),
      texts: opened.texts.map(({ text }) => hexText(text)),
      state: opened.chain.state,
    };
  }],
  ...[...canonical].map(([name, again]): [string, (inputs: Inputs) => Ok] => [
    `canonical.${name}`, (i) => ({ data: hex(again(i.bytes("data"))) }),
  ]),
]);

const hexText = (text: string): string => hex(utf8(text));
const isRoute = (route: string): route is Route => route === "mailbox.read" || route === "mailbox.burn";

export type Answer = { readonly ok: Ok } | { readonly error: string };

/** One request, one answer; never throws for a bad input. */
export function answer(request: unknown): Answer {
  try {
    const inputs = new Inputs(request);
    const op = OPS.get(inputs.string("op"));
    return op ? { ok: op(new Inputs((request as { in?: unknown }).in)) } : { error: "unknown_op" };
  } catch (error) {
    if (error instanceof ProtocolError) return { error: error.slug };
    if (error instanceof BadRequest) return { error: "bad_request" };
    throw error;
  }
}
