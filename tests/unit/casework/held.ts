// A case as a server would hold it, and the members who read it: what every claim about the desk's casework starts from.
import assert from "node:assert/strict";

import type { EvidenceItem } from "../../../crypto/ts/account.js";
import { BoxKind, type MessageKey, parseBox, sealReaders } from "../../../crypto/ts/box.js";
import { encodeCard, inboxPks } from "../../../crypto/ts/card.js";
import { EntryKind, messagesHead, parseSignedEntry, signEntry } from "../../../crypto/ts/entry.js";
import { encodePostedEntries, parsePost, type PostedEntry } from "../../../crypto/ts/posts.js";
import { ascending, type Bytes, encode, encodeList, hex, Z32 } from "../../../crypto/ts/encoding.js";
import { encodeKeyring, type Keyring } from "../../../crypto/ts/keyring.js";
import { openMailbox } from "../../../crypto/ts/mailbox.js";
import { Lane, parseSealed, prepareSlots, sealMessage } from "../../../crypto/ts/message.js";
import { hash, kemKeypair, randomBytes, signingPk } from "../../../crypto/ts/primitives.js";
import { newCode, type Receipt, receiptFromK0 } from "../../../crypto/ts/receipt.js";
import { State } from "../../../crypto/ts/workflow.js";
import { composePost } from "../../../service/web/src/desk-compose.js";
import type { Self } from "../../../service/web/src/desk-read.js";
import { Recall } from "../../../service/web/src/desk-recall.js";
import { openCase } from "../../../service/web/src/desk-show.js";
import type { Deed, OpenRequest } from "../../../service/web/src/desk-calls.js";

export const TODAY = 20_800;
export const NO_CHECK = { text: "", language: "ru", takesUpStop: false, mailboxOpen: true, deed: null, kems: new Uint8Array(0) };
export const instance = randomBytes(32);

export interface Person extends Self {
  kemSeed: Bytes;
}

export const person = (): Person => {
  const kemSeed = randomBytes(32);
  return { id: randomBytes(16), signingSeed: randomBytes(32), kem: kemKeypair(kemSeed), kemSeed, declarations: null, ceks: new Map(), recall: new Recall() };
};
const custodian = kemKeypair(randomBytes(32));
export const [anna, boris, stranger, maria] = [person(), person(), person(), person()];
export const [ivan, jamila, pavel, outsider, guard, keeper] = [person(), person(), person(), person(), person(), person()]; // a unit, another's, a supervisor, a custodian
const ROLES = new Map([[ivan, 3], [jamila, 3], [pavel, 3], [outsider, 3], [guard, 2], [keeper, 6]]);
const groupOf = (one: Person): string => (ROLES.get(one) === 3 ? (one === outsider ? "v" : "u") : ROLES.has(one) ? "" : "a");
export const body = encodeKeyring({
  instance, version: 1, notBefore: TODAY - 10, expires: TODAY + 30, prev: Z32, rootsHash: Z32,
  policy: { minimumSuite: 1, readers: 5, minimumReaders: 2, grace: 30 }, groups: [{ id: "a", kind: 0, countries: [] }, { id: "u", kind: 1, countries: [] }, { id: "v", kind: 1, countries: [] }],
  members: [anna, boris, stranger, maria, ...ROLES.keys()].map((one) => ({
    id: one.id, role: ROLES.get(one) ?? 1, group: groupOf(one), flags: 0, signingPk: signingPk(one.signingSeed), kemHash: hash(one.kem.pk), annexHash: Z32, from: TODAY - 10, until: TODAY + 90,
  })),
  formers: [],
});
export const keyring: Keyring = { body, hash: body.hash, status: "valid", clockBehind: false, today: TODAY };
export const last = <T>(of: readonly T[]): T => of[of.length - 1]!;
const pks = ascending([anna, boris, stranger, maria, ...ROLES.keys()].map(({ kem }) => kem.pk), (pk) => hash(pk));
const KEMS = encode("kem-keys", instance, encodeList("kem-list", pks));
export const deed = (kind: number, state: number, change: Partial<Deed> = {}): Deed => ({ kind, state, priority: 3, until: 0, cited: "", visible: true, code: "", members: [], ...change });

/** What goes with a message beside its words (SPEC 6.3). */
interface Files {
  evidence?: readonly EvidenceItem[];
  told?: readonly [string, string][];
  identity?: ReadonlyMap<string, string>;
}

export const fileOf = (name: string): EvidenceItem => ({ uploadId: randomBytes(16), key: randomBytes(32), blobHash: Z32, plaintextHash: Z32, size: 1, name, type: "application/pdf" });

/** A case as the server would hold it. */
export class Held {
  readonly receipt: Receipt = receiptFromK0(instance, hash(new TextEncoder().encode(newCode())));
  readonly messages: { cid: string; day: number; lane: number; data: Bytes }[] = [];
  posted: PostedEntry[] = [];
  readonly blocks: Bytes[] = [];

  constructor(...words: string[]) {
    for (const text of words) this.write(text);
  }

  write(text: string, lane: number = Lane.normal, day = TODAY - 1, to = [anna, boris], receipt = this.receipt, intake: ReadonlyMap<string, string> = new Map(), files: Files = {}): void {
    const answers = new Map([["story", text], ...(files.told ?? [])]);
    const content = { kind: this.messages.length ? 1 : 0, day, language: "ru", answers, evidence: files.evidence ?? [] };
    const slots = prepareSlots(to.map((one) => one.kem.pk), [custodian.pk, keeper.kem.pk]);
    const data = sealMessage(slots, receipt, { instance, version: 1, hash: keyring.hash }, lane, content, files.identity ?? new Map(), intake);
    this.messages.push({ cid: hex(parseSealed(instance, data).cid), day, lane, data });
  }

  /** The person answers these questions, on this day. */
  tell(...told: [string, string][]): void {
    this.write("ещё", Lane.normal, TODAY, [anna, boris], this.receipt, new Map(), { told });
  }

  /** As the person's page seals it: to the inboxes of the newest card in the mailbox, unless an older look is given. */
  writeByCard(text: string, lane: number = Lane.normal, { card, chain } = this.mailbox(), intake: ReadonlyMap<string, string> = new Map()): void {
    const to = inboxPks(card!, chain.place);
    const content = { kind: 1, day: TODAY, language: "ru", answers: new Map([["story", text]]), evidence: [] };
    const data = sealMessage(prepareSlots(to.intake, [custodian.pk], to.unit), this.receipt, { instance, version: 1, hash: keyring.hash }, lane, content, new Map(), intake);
    this.messages.push({ cid: hex(parseSealed(instance, data).cid), day: TODAY, lane, data });
  }

  request(messages = this.messages): OpenRequest {
    return {
      cid: this.messages[0]!.cid, lookup: hex(this.receipt.lookup), listed: messages.map(({ cid, day, lane }) => ({ cid, day, lane })),
      messages: messages.map(({ data }) => data), names: messages.map(({ cid }) => cid), entries: encodePostedEntries(this.posted),
    };
  }

  open(by: Self = anna, request = this.request(), today = TODAY) {
    return openCase(request, keyring, by, today);
  }

  seen(by: Self = anna, request = this.request(), today = TODAY) {
    const { opened } = this.open(by, request, today);
    assert.ok(opened);
    return opened;
  }

  /** Signs a deed as the desk does; the server's checks are another test. */
  act(by: Self, what: Deed, text = "причина", today = TODAY): void {
    const post = parsePost(composePost({ ...this.request(), ...NO_CHECK, kind: "deed", deed: what, kems: KEMS, text }, keyring, by, today));
    this.posted.push(post);
    if (post.statusBlock.length) this.blocks[0] = post.statusBlock;
    if (post.replyBlock.length) this.blocks.push(post.replyBlock);
  }

  /** Triaged, and proposed to be handed to the unit. */
  propose(members: Person[] = [ivan, jamila, guard]): void {
    this.post("opened");
    this.act(anna, deed(EntryKind.step, State.triaged));
    this.act(anna, deed(EntryKind.proposal, State.assigned, { members: members.map(({ id }) => hex(id)) }));
  }

  /** One reader proposes that these read it. */
  nameReaders(members: Person[], by: Self = anna): void {
    const { place } = this.seen(by);
    this.act(by, deed(EntryKind.readersProposed, place.state || State.screening, { members: members.map(({ id }) => hex(id)), priority: place.priority }));
  }

  /** A wrap of the readers by a desk that checks nothing. */
  forgeReaders(kind: number, to: Bytes[], keys: MessageKey[]): void {
    const first = parseSealed(instance, this.messages[0]!.data);
    const proposed = kind === EntryKind.readersProposed;
    const seeds = proposed ? [randomBytes(32)] : [];
    const card = seeds[0] ? encodeCard({ instance, cid: first.cid, number: 1, intakePk: kemKeypair(seeds[0]).pk, unitPk: new Uint8Array(0) }) : new Uint8Array(0);
    const fields = { instance, cid: first.cid, kind: BoxKind.wrapIntake, parent: Z32, author: anna.id, day: TODAY, keyringHash: keyring.hash };
    const box = sealReaders(fields, anna.signingSeed, to, keys, { language: "ru", text: "", code: "" }, seeds);
    const prev = this.posted.length ? parseSignedEntry(last(this.posted).entry).link : Z32;
    const entry = {
      instance, cid: first.cid, seq: this.posted.length, prev, kind, state: State.screening, day: TODAY, until: 0,
      actor: anna.id, boxHash: parseBox(box).hash, cited: proposed ? hash(card) : Z32, keyringHash: keyring.hash, messages: messagesHead(this.messages.map(({ data }) => parseSealed(instance, data).cid)), priority: 5,
    };
    this.posted.push({ entry: signEntry(entry, anna.signingSeed), box, card });
  }

  handOff(): void {
    this.propose();
    this.act(boris, deed(EntryKind.approval, State.assigned, { cited: this.seen(boris).proposals[0]!.link }));
  }

  /** These two have it; nobody named: it is released. */
  claim(by: Self, ...two: Person[]): void {
    const { state, priority } = this.seen(by).place;
    this.act(by, deed(EntryKind.claimed, state, { priority, members: two.map(({ id }) => hex(id)) }), "");
  }

  post(kind: "opened" | "text", by: Self = anna, change: Partial<typeof NO_CHECK> = {}, request = this.request()): void {
    const post = parsePost(composePost({ ...request, ...NO_CHECK, ...change, kind }, keyring, by, TODAY));
    this.posted.push(post);
    this.blocks[0] = post.statusBlock;
    if (post.replyBlock.length) this.blocks.push(post.replyBlock);
  }

  /** What the person reads with the code. */
  mailbox(today = TODAY) {
    const { mailboxSeed, requestPk, veilKey } = this.receipt;
    const blocks = [this.blocks[0]!, ...this.blocks.slice(1).reverse()];
    return openMailbox(instance, { mailboxSeed, requestPk, veilKey }, body, blocks, today)!;
  }
}

/** Agrees to the oldest change that waits. */
export const agreedTo = (held: Held, by: Self = boris, state: number = State.screening, priority = 5): Deed =>
  deed(EntryKind.readersAgreed, state, { cited: held.seen(by).changes[0]!.link, priority });
