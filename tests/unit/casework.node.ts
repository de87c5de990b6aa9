// Claims about the desk's casework, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_casework.py reads it.
import assert from "node:assert/strict";

import { encodeEvidence, type EvidenceItem } from "../../crypto/ts/account.js";
import { type Declaration } from "../../crypto/ts/conflict.js";
import { BoxKind, intakeInbox, type MessageKey, parseBox, sealReaders, sealWrap } from "../../crypto/ts/box.js";
import { encodeCard, inboxPks } from "../../crypto/ts/card.js";
import { EntryKind, messagesHead, parseSignedEntry, signEntry } from "../../crypto/ts/entry.js";
import { encodePostedEntries, parsePost, parsePostedEntries, type PostedEntry } from "../../crypto/ts/posts.js";
import { ascending, type Bytes, decode, encode, encodeList, equal, hex, join, NEVER, Z32 } from "../../crypto/ts/encoding.js";
import { foldsOf } from "../../crypto/ts/names.js";
import { encodeKeyring, type Keyring } from "../../crypto/ts/keyring.js";
import { openMailbox, unveil } from "../../crypto/ts/mailbox.js";
import { accountKey, Lane, SLOT, openMessage, parseSealed, prepareSlots, sealMessage } from "../../crypto/ts/message.js";
import { hash, kdf, kemKeypair, randomBytes, signingPk } from "../../crypto/ts/primitives.js";
import { newCode, type Receipt, receiptFromK0 } from "../../crypto/ts/receipt.js";
import { State } from "../../crypto/ts/workflow.js";
import { composePost, openName } from "../../service/web/src/desk-compose.js";
import { asFault, type Self } from "../../service/web/src/desk-read.js";
import { openCase } from "../../service/web/src/desk-show.js";
import { barred, implicated } from "../../service/web/src/desk-conflict.js";
import { type Books, dayOf, onlyRecords, readRecords, summarise, writeRecord } from "../../service/web/src/desk-books.js";
import { openedLine, readCustody } from "../../service/web/src/desk-custody.js";
import type { Deed, OpenRequest } from "../../service/web/src/desk-calls.js";
import type { Fault } from "../../service/web/src/desk-model.js";

const TODAY = 20_800;
const NO_CHECK = { text: "", language: "ru", takesUpStop: false, mailboxOpen: true, deed: null, kems: new Uint8Array(0) };
const instance = randomBytes(32);

interface Person extends Self {
  kemSeed: Bytes;
}

const person = (): Person => {
  const kemSeed = randomBytes(32);
  return { id: randomBytes(16), signingSeed: randomBytes(32), kem: kemKeypair(kemSeed), kemSeed, declarations: null };
};
const custodian = kemKeypair(randomBytes(32));
const [anna, boris, stranger, maria] = [person(), person(), person(), person()];
const [ivan, jamila, pavel, outsider, guard, keeper] = [person(), person(), person(), person(), person(), person()]; // a unit, another's, a supervisor, a custodian
const ROLES = new Map([[ivan, 3], [jamila, 3], [pavel, 3], [outsider, 3], [guard, 2], [keeper, 6]]);
const groupOf = (one: Person): string => (ROLES.get(one) === 3 ? (one === outsider ? "v" : "u") : ROLES.has(one) ? "" : "a");
const body = encodeKeyring({
  instance, version: 1, notBefore: TODAY - 10, expires: TODAY + 30, prev: Z32, rootsHash: Z32,
  policy: { minimumSuite: 1, readers: 5, minimumReaders: 2, grace: 30 }, groups: [{ id: "a", kind: 0, countries: [] }, { id: "u", kind: 1, countries: [] }, { id: "v", kind: 1, countries: [] }],
  members: [anna, boris, stranger, maria, ...ROLES.keys()].map((one) => ({
    id: one.id, role: ROLES.get(one) ?? 1, group: groupOf(one), flags: 0, signingPk: signingPk(one.signingSeed), kemHash: hash(one.kem.pk), annexHash: Z32, from: TODAY - 10, until: TODAY + 90,
  })),
  formers: [],
});
const keyring: Keyring = { body, hash: body.hash, status: "valid", clockBehind: false, today: TODAY };

const last = <T>(of: readonly T[]): T => of[of.length - 1]!;
const pks = ascending([anna, boris, stranger, maria, ...ROLES.keys()].map(({ kem }) => kem.pk), (pk) => hash(pk));
const KEMS = encode("kem-keys", instance, encodeList("kem-list", pks));
const deed = (kind: number, state: number, change: Partial<Deed> = {}): Deed => ({ kind, state, priority: 3, until: 0, cited: "", visible: true, code: "", members: [], ...change });

/** What goes with a message beside its words (SPEC 6.3). */
interface Files {
  evidence?: readonly EvidenceItem[];
  told?: readonly [string, string][];
  identity?: ReadonlyMap<string, string>;
}

const fileOf = (name: string): EvidenceItem => ({ uploadId: randomBytes(16), key: randomBytes(32), blobHash: Z32, plaintextHash: Z32, size: 1, name, type: "application/pdf" });
const manifest = (...files: EvidenceItem[]): string => hex(encodeEvidence(files));

/** A case as the server would hold it. */
class Held {
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

  open(by: Self = anna, request = this.request()) {
    return openCase(request, keyring, by, TODAY);
  }

  seen(by: Self = anna, request = this.request()) {
    const { opened } = this.open(by, request);
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

  post(kind: "opened" | "text", by: Self = anna, change: Partial<typeof NO_CHECK> = {}): void {
    const post = parsePost(composePost({ ...this.request(), ...NO_CHECK, ...change, kind }, keyring, by, TODAY));
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

/** A message as a server keeps it that let its reader slots go, or the identity (SPEC 6.12). */
function without(part: "slots" | "identity", data: Bytes): Bytes {
  const fields = decode("sealed-message", new Array<null>(12).fill(null), data);
  const slots = fields[3]!;
  if (part === "slots") fields[3] = join(...Array.from({ length: 8 }, (_, n) => hash(slots.subarray(n * SLOT, (n + 1) * SLOT))));
  else [fields[5], fields[7]] = [hash(fields[5]!), hash(fields[7]!)];
  return encode("sealed-message", ...fields);
}

/** As a declaration comes out of the annexes: names as tokens under a key of its own. */
function declared(one: Person, told: { names?: string; agency?: string }): Declaration {
  const key = randomBytes(32);
  const names = foldsOf(told.names ?? "").map((fold) => kdf(key, "name", new TextEncoder().encode(fold)));
  const posts = told.agency ? [{ agency: told.agency, unit: new Uint8Array(0), first: 0, last: NEVER }] : [];
  return { member: one.id, key, vetting: Z32, posts, regions: [], names, languages: [], hash: Z32 };
}

const knowing = (one: Person, ...all: Declaration[]): Person => ({ ...one, declarations: new Map(all.map((each) => [hex(each.member), each])) });

/** A note with records of the books. */
const write = (held: Held, by: Person, ...records: string[]): void =>
  held.act(by, deed(EntryKind.note, held.seen(by).place.state || State.screening, { code: "books", priority: held.seen(by).place.priority }), records.join("\n\n"));

/** Agrees to the oldest change that waits. */
const agreedTo = (held: Held, by: Self = boris, state: number = State.screening, priority = 5): Deed =>
  deed(EntryKind.readersAgreed, state, { cited: held.seen(by).changes[0]!.link, priority });

const claims: Record<string, () => void> = {
  "an open plan of protection keeps everybody from closing, and its end lets them": () => {
    const held = new Held("слова");
    held.handOff();
    held.claim(ivan, ivan, jamila);
    held.act(ivan, deed(EntryKind.step, State.inquiry));
    const move = (state: number, code = ""): void => {
      held.act(ivan, deed(EntryKind.proposal, state, { code }));
      held.act(guard, deed(EntryKind.approval, state, { code, cited: held.seen(guard).proposals[0]!.link }));
    };
    move(State.investigation);
    move(State.determination, "substantiated");
    write(held, jamila, writeRecord("protection", { day: "2026-11-01", who: "Мать", step: "planned" }));
    assert.throws(() => held.act(ivan, deed(EntryKind.proposal, State.closed)), (error: Error) => asFault(error).slug === "plan_open");
    write(held, jamila, writeRecord("protection", { who: "мать", step: "ended", outcome: "safe" }));
    held.act(ivan, deed(EntryKind.proposal, State.closed));
    write(held, jamila, writeRecord("protection", { who: "сын", step: "reprisal" })); // since it was proposed
    const closing = (): void => held.act(guard, deed(EntryKind.approval, State.closed, { cited: held.seen(guard).proposals[0]!.link }));
    assert.throws(closing, (error: Error) => asFault(error).slug === "plan_open");
    const { books } = held.seen(guard);
    assert.deepEqual(books.alerts.map(({ id, about }) => [id, about]), [["reprisal", "сын"], ["plan_open", "сын"]]);
    write(held, jamila, writeRecord("strike", { record: books.records[2]!.key }));
    closing();
  },
  "records of before a hand-off are written again for the unit, and count once": () => {
    const held = new Held("слова");
    held.post("opened");
    write(held, anna, writeRecord("proceeding", { number: "7", event: "closed" }), writeRecord("visit", { admitted: "no", by: "head" }));
    held.act(anna, deed(EntryKind.step, State.triaged));
    held.act(anna, deed(EntryKind.proposal, State.assigned, { members: [ivan, jamila, guard].map(({ id }) => hex(id)) }));
    held.act(boris, deed(EntryKind.approval, State.assigned, { cited: held.seen(boris).proposals[0]!.link }));
    assert.deepEqual(held.seen(ivan).books.records, []);
    const { unhandedRecords, books } = held.seen();
    assert.equal(unhandedRecords.length, 2);
    write(held, anna, ...unhandedRecords);
    assert.deepEqual(held.seen().unhandedRecords, []);
    const keys = books.records.map(({ key }) => key);
    for (const one of [anna, ivan]) {
      assert.deepEqual(held.seen(one).books.records.map(({ key }) => key), keys);
      assert.deepEqual(held.seen(one).books.counts, [{ id: "closed", n: 1 }, { id: "refused_by_head", n: 1 }]);
    }
  },
  "an event log of the authorities gives counters, and what is wrong in it": () => {
    const events = [["opened", "2019-03-01"], ["closed", ""], ["reopened", ""], ["suspended_illness", "2020-02-01"], ["closed", ""], ["reopened", ""], ["file_asked", "2026-11-01"], ["file_denied", "2026-11-05"], ["court_order", ""], ["order_ignored", ""]];
    const log = (...more: string[][]): Books => summarise(readRecords([...events, ...more].map(([event = "", on = ""], seq) => ({ seq, text: writeRecord("proceeding", { number: "12", event, day: on }) }))), dayOf("2026-11-24"), []);
    const counts = new Map(log().counts.map(({ id, n }) => [id, n]));
    assert.deepEqual(["closed", "reopened", "suspended", "days_running"].map((id) => counts.get(id)), [2, 2, 1, dayOf("2026-11-24") - dayOf("2019-03-01")]);
    assert.deepEqual(log().alerts, [{ id: "file_denied", about: "12", days: 23 }, { id: "order_ignored", about: "12", days: -1 }]); // reopened since the illness
    assert.deepEqual(log(["file_given"], ["order_complied"]).alerts, []);
    assert.deepEqual(log(["suspended_illness"]).alerts[2]!.id, "illness");
    for (const end of ["amnesty", "limitation", "reconciliation", "repentance", "change_of_circumstances", "convicted", "sentence"]) assert.ok(log([end]).counts.some(({ id, n }) => id === end && n === 1));
  },
  "deadlines of the books are told in time, and what nobody knows is not called late": () => {
    const of = (book: string, ...fields: Record<string, string>[]): string[] =>
      summarise(readRecords(fields.map((one, seq) => ({ seq, text: writeRecord(book, one) }))), dayOf("2026-11-24"), ["KZ_mia_police"]).alerts.map(({ id, days }) => `${id} ${days}`);
    assert.deepEqual(of("limitation", { status: "runs", until: "2027-11-24" }), ["limitation 365"]);
    assert.deepEqual(of("limitation", { status: "runs", until: "2027-11-25" }), []);
    assert.deepEqual(of("limitation", { status: "runs", until: "2026-11-23" }), ["limitation_passed 1"]);
    assert.deepEqual(of("limitation", { status: "runs" }), ["limitation_unknown -1"]);
    assert.deepEqual(of("limitation", { status: "runs", until: "2026-11-23" }, { status: "none" }), []);
    assert.deepEqual(of("limitation", { status: "runs", until: "2026-02-30" }), ["limitation_unknown -1"]);
    assert.deepEqual(of("preservation", { what: "cctv", to: "a", until: "2026-12-08" }, { what: "cctv", to: "b", until: "2026-12-09" }, { what: "register", to: "a", until: "2026-11-20" }), ["keep_soon 14", "keep_open -1", "keep_passed 4"]);
    assert.deepEqual(of("preservation", { what: "cctv", to: "a", until: "2026-11-25" }, { what: "cctv", to: "a", answer: "kept" }), []);
    assert.deepEqual(of("forensic", { examiner: "KZ_mia_medical", custody_present: "yes" }, { examiner: "KZ_health" }), ["examiner -1", "custody_present -1"]);
    assert.deepEqual(of("redress", { kind: "compensation", step: "ordered", day: "2026-11-14" }, { kind: "apology", step: "ordered" }, { kind: "apology", step: "paid" }), ["unpaid 10"]);
    assert.deepEqual(of("assessment", { severity: "not_known" }), []);
  },
  "nobody strikes out or takes the place of what a colleague has yet to write, or writes it again with other words": () => {
    const plan = writeRecord("protection", { who: "мать", step: "planned" });
    const closed = (...texts: string[]): boolean => summarise(readRecords(texts.map((text, seq) => ({ seq, text }))), TODAY, []).blocksClosing;
    assert.ok(closed(writeRecord("strike", { record: "1.0" }), plan));
    assert.ok(closed(writeRecord("visit", { place: "x" }, "1.0"), plan));
    assert.ok(closed(`${plan}\n\n${writeRecord("strike", { record: "0.0" })}`)); // in one breath
    assert.ok(closed(plan, writeRecord("protection", { who: "мать", step: "planned" }, "0.0")));
    assert.ok(!closed(plan, writeRecord("strike", { record: "0.0" })));
    const other = readRecords([{ seq: 0, text: plan }, { seq: 1, text: writeRecord("protection", { who: "сын", step: "ended" }, "0.0") }]);
    assert.deepEqual(other.map(({ key, fields }) => [key, fields["who"]]), [["0.0", "мать"], ["1.0", "сын"]]);
  },
  "words of a person in a record stay a field, whatever they look like": () => {
    for (const hidden of ["тайно", "book: visit\nтайно", "book: visit\nday: 1\n\nтайно", "book: letter\nwhat: тайно", "what: тайно\nbook: visit"]) assert.ok(!onlyRecords(hidden), hidden);
    assert.ok(onlyRecords("book: visit\nday: 2026-01-01\n\nbook: strike\nrecord: 1.0"));
    const text = writeRecord("protection", { who: "a\n\nbook: strike\nrecord: 0.0", step: "ended" });
    assert.equal(text, "book: protection\nwho: a book: strike record: 0.0\nstep: ended");
    assert.deepEqual(readRecords([{ seq: 0, text }])[0], { key: "0.0", seq: 0, book: "protection", fields: { who: "a book: strike record: 0.0", step: "ended" }, struck: false, done: false });
    assert.deepEqual(readRecords([{ seq: 1, text: "book: constructor\nday: 1\n\nno line\n\nbook: visit\nagain: x" }]).map(({ key, book }) => [key, book]), [["1.2", "visit"]]);
  },
  "a member with a name that must never see it is neither proposed nor approved": () => {
    const held = new Held("слова");
    held.write("ещё", Lane.normal, TODAY - 1, [anna, boris], held.receipt, new Map([["never_show", "Каримова из отдела"]]));
    const all = [declared(jamila, { names: "Karimov" }), declared(ivan, { names: "Петров" })];
    const seen = held.seen(knowing(anna, ...all));
    assert.deepEqual(seen.barred, [{ member: hex(jamila.id), reasons: ["denied"] }]);
    held.post("opened");
    held.act(anna, deed(EntryKind.step, State.triaged));
    const proposal = deed(EntryKind.proposal, State.assigned, { members: [ivan, jamila, guard].map(({ id }) => hex(id)) });
    assert.throws(() => held.act(knowing(anna, ...all), proposal), (error: Error) => asFault(error).slug === "barred");
    held.act(anna, proposal); // a desk that was never told of declarations, or lies
    assert.equal(held.seen(knowing(boris, ...all)).proposals[0]!.wrapFault?.slug, "barred");
    assert.equal(held.seen(knowing(boris, declared(ivan, { names: "Петров" }))).proposals[0]!.wrapFault, null);
  },
  "what a reviewer codes is counted in by every reader, and an objection bars one member": () => {
    const held = new Held("слова");
    const all = [declared(ivan, { agency: "KZ_mia_police" }), declared(guard, {})];
    assert.deepEqual(held.seen(knowing(boris, ...all)).barred, []);
    held.post("opened");
    held.act(anna, deed(EntryKind.note, State.screening, { code: "implicated", priority: 5 }), `agency: KZ_mia_penal\nmember: ${hex(guard.id)}`);
    const seen = held.seen(knowing(boris, ...all));
    const reasons = new Map(seen.barred.map(({ member, reasons: why }) => [member, why]));
    assert.deepEqual([reasons.get(hex(ivan.id)), reasons.get(hex(guard.id))], [["agency"], ["excluded"]]);
    assert.match(seen.coded, /KZ_mia_penal/);
  },
  "a reader who is barred sees why and not a word of the case": () => {
    const held = new Held("тайное слово");
    held.post("opened", boris);
    held.act(boris, deed(EntryKind.note, State.screening, { code: "implicated", priority: 5 }), "name: Юсупова");
    const found = held.open(knowing(anna, declared(anna, { names: "Юсупов" })));
    assert.deepEqual(found.opened?.against, ["name"]);
    assert.ok(!JSON.stringify(found).includes("тайное") && !JSON.stringify(found).includes("Юсуп"));
    held.act(knowing(anna, declared(anna, { names: "Юсупов" })), deed(EntryKind.recusal, State.screening, { priority: 5 }), "");
    assert.equal(held.seen(boris).entries[2]!.kind, EntryKind.recusal);
  },
  "a case is passed on to nobody who is implicated or whom the person did not allow": () => {
    const held = new Held("слова");
    const allowed = new Map([["p_agency", "KZ_prosecutor"], ["consent_prosecutor", "facts_no_identity"], ["consent_ombudsman", "with_identity"], ["consent_court", "ask_me_each_time"], ["consent_npm", "with_identity"]]);
    held.write("ещё", Lane.normal, TODAY - 1, [anna, boris], held.receipt, allowed);
    held.write("потом", Lane.normal, TODAY, [anna, boris], held.receipt, new Map([["consent_npm", "nothing"]]));
    const { referrals } = held.seen();
    assert.deepEqual(
      ["to_prosecutor", "to_ombudsman", "to_court", "to_npm", "to_embassy"].map((one) => referrals[one]), [["implicated"], [], ["ask_first"], ["not_allowed"], ["not_allowed"]],
    );
    held.handOff();
    for (const code of ["to_prosecutor", "to_court", "to_npm", "to_nobody", ""]) {
      assert.throws(() => held.act(anna, deed(EntryKind.proposal, State.referred, { code })), (error: Error) => asFault(error).slug === "referral", code);
    }
    held.act(anna, deed(EntryKind.proposal, State.referred, { code: "to_ombudsman" }));
    assert.equal(held.seen(boris).proposals[0]!.wrapFault, null);
    held.write("нет", Lane.normal, TODAY, [anna, boris], held.receipt, new Map([["consent_ombudsman", "nothing"]]));
    assert.equal(held.seen(boris).proposals[0]!.wrapFault?.slug, "referral");
  },
  "whose declaration the list of keys names and nobody has is barred": () => {
    const found = implicated([["region", "KZ-75"], ["episode.2.p_agency", "KZ_knb"], ["p_name", "dont_know"]], ["region: TJ-SU\nnonsense\nagency:"]);
    assert.deepEqual(found, { agencies: ["KZ_knb"], units: [], regions: ["KZ-75", "TJ-SU"], names: [], denied: [], excluded: [] });
    const named: Keyring = { ...keyring, body: { ...body, members: body.members.map((one) => (equal(one.id, ivan.id) ? { ...one, annexHash: hash(one.id) } : one)) } };
    assert.deepEqual(barred(named, new Map(), found, TODAY), [{ member: hex(ivan.id), reasons: ["undeclared"] }]);
  },
  "a reader sees the words and a stranger sees nothing": () => {
    const held = new Held("слова");
    assert.deepEqual(held.seen().messages[0]!.answers, [["story", "слова"]]);
    assert.deepEqual(held.open(stranger), { reaches: false, fault: null, opened: null });
  },
  "an answer is read by the person and by the other reader": () => {
    const held = new Held("слова");
    held.post("opened");
    held.post("text", anna, { text: "ответ" });
    const mailbox = held.mailbox();
    assert.deepEqual(mailbox.replies.map(({ text, seq, precede }) => ({ text, seq, precede })), [{ text: "ответ", seq: 1, precede: 0 }]);
    assert.equal(hex(mailbox.cid), held.messages[0]!.cid);
    const seen = held.seen(boris);
    assert.deepEqual(seen.entries.map(({ verdict, text, role }) => [verdict, text, role]), [["counts", "", "reviewer"], ["counts", "ответ", "reviewer"]]);
    assert.equal(seen.acknowledged, true);
  },
  "the reply block carries the mailbox's slot alone": () => {
    const held = new Held("слова");
    held.post("text", anna, { text: "ответ" });
    const { veilKey, lookup, mailboxPk } = held.receipt;
    const [, , box] = decode("reply-block", [4, null, null], unveil(veilKey, instance, lookup, held.blocks[1]!)) as [Bytes, Bytes, Bytes];
    const filled = parseBox(box).recipients.filter(({ slot }) => slot.length > 0).map(({ pkHash }) => hex(pkHash));
    assert.deepEqual(filled, [hex(hash(mailboxPk))]);
    assert.equal(parseBox(held.posted[0]!.box).recipients.filter(({ slot }) => slot.length > 0).length, 2);
  },
  "the forty-first entry moves the start of the status and the person still verifies": () => {
    const held = new Held("слова");
    for (let i = 0; i < 43; i++) held.post(i === 1 ? "text" : "opened", i % 2 ? boris : anna, { text: "ответ" });
    const { chain, acknowledged, state } = held.mailbox();
    assert.deepEqual([chain.entries.length, chain.entries[0]!.seq, acknowledged, state], [40, 3, true, 1]);
  },
  "what is new is counted from my last entry, what waits from anybody's last answer": () => {
    const held = new Held("one", "two");
    held.post("opened");
    held.post("text", boris, { text: "ответ" });
    held.write("three");
    const [mine, other] = [held.seen(anna), held.seen(boris)];
    assert.deepEqual([mine.fresh, mine.unanswered, other.fresh], [1, 1, 1]);
    assert.equal(new Held("one", "two").seen().fresh, 2);
  },
  "a changed signature breaks the chain there and everything after is unchecked": () => {
    const held = new Held("слова");
    for (const by of [anna, boris, anna]) held.post("text", by, { text: "ответ" });
    const entry = held.posted[1]!.entry.slice();
    entry[entry.length - 1]! ^= 1;
    held.posted[1] = { ...held.posted[1]!, entry };
    const seen = held.seen();
    assert.deepEqual(seen.entries.map(({ verdict }) => verdict), ["counts", "broken", "unchecked"]);
    assert.equal(seen.chainFault?.slug, "bad_signature");
    assert.deepEqual(seen.entries.map(({ text }) => text), ["ответ", "", ""]);
    assert.throws(() => held.post("text"), { slug: "chain_broken" });
  },
  "a unit reads what was handed over and nothing before an approval": () => {
    const held = new Held("слова");
    held.propose();
    assert.equal(held.open(ivan).reaches, false);
    held.act(boris, deed(EntryKind.approval, State.assigned, { cited: held.seen(boris).proposals[0]!.link }), "согласен");
    const seen = held.seen(ivan);
    assert.deepEqual([seen.messages[0]!.answers, seen.messages[0]!.intake, seen.place.state], [[["story", "слова"]], [], State.assigned]);
    assert.deepEqual(seen.entries.map(({ text }) => text), ["", "", "причина", "согласен"]); // what was said before the hand-off is not theirs
    assert.equal(held.open(outsider).reaches, false);
    held.claim(ivan, ivan, jamila);
    held.act(ivan, deed(EntryKind.step, State.inquiry), "начали");
    assert.deepEqual(last(held.seen(anna).entries).text, "начали");
    assert.deepEqual([held.mailbox().state, held.mailbox().replies[0]!.text], [State.inquiry, "начали"]);
  },
  "a step with words for the person answers them, one without does not": () => {
    const held = new Held("слова");
    held.post("opened");
    held.act(anna, deed(EntryKind.step, State.triaged, { visible: false }));
    assert.deepEqual([held.seen().acknowledged, held.seen().unanswered], [false, 1]);
    held.act(anna, deed(EntryKind.step, State.triaged, { priority: 1 }));
    assert.deepEqual([held.seen().acknowledged, held.seen().unanswered], [true, 0]);
  },
  "a later message is not read by the unit until a reader hands it over": () => {
    const held = new Held("слова");
    held.handOff();
    held.write("ещё слова");
    assert.equal(held.seen(ivan).messages[1]!.fault?.slug, "not_a_recipient");
    assert.equal(held.seen(anna).ungranted, 1);
    held.act(anna, deed(EntryKind.grant, State.assigned), "");
    assert.deepEqual([held.seen(ivan).messages[1]!.answers, held.seen(anna).ungranted], [[["story", "ещё слова"]], 0]);
  },
  "a grant to somebody else is told to the readers and gives the unit nothing": () => {
    const held = new Held("слова");
    held.handOff();
    const first = parseSealed(instance, held.messages[0]!.data);
    const plain = openMessage(first, anna.kem);
    const fields = { instance, cid: first.cid, kind: BoxKind.wrapUnit, parent: Z32, author: anna.id, day: TODAY, keyringHash: keyring.hash };
    const grants = [{ cid: first.cid, k0: accountKey(first, plain.cek) }];
    const to = [outsider.kem.pk, jamila.kem.pk, guard.kem.pk];
    const box = sealWrap(fields, anna.signingSeed, to, grants, [randomBytes(32)], intakeInbox(plain.cek, first.headerHash).pk, { language: "ru", text: "", code: "" });
    const entry = {
      instance, cid: first.cid, seq: held.posted.length, prev: held.mailbox().chain.head, kind: EntryKind.grant, state: State.assigned, day: TODAY, until: 0,
      actor: anna.id, boxHash: parseBox(box).hash, cited: Z32, keyringHash: keyring.hash, messages: messagesHead([first.cid]), priority: 3,
    };
    held.posted.push({ entry: signEntry(entry, anna.signingSeed), box, card: new Uint8Array(0) });
    assert.equal(last(held.seen(boris).entries).textFault?.slug, "wrong_case");
    assert.equal(held.open(outsider).reaches, false);
  },
  "whom two readers name reads all that a reviewer reads, and whom one names nothing": () => {
    const held = new Held("слова");
    held.write("втайне", Lane.normal, TODAY - 1, [anna, boris], held.receipt, new Map([["r_do_not", "не звонить"]]));
    held.nameReaders([anna, boris, stranger, guard]);
    const { changes } = held.seen(boris);
    assert.deepEqual([changes[0]!.members.sort(), changes[0]!.messages, changes[0]!.fault, changes[0]!.own], [[anna, boris, stranger, guard].map(({ id }) => hex(id)).sort(), 2, null, false]);
    for (const one of [stranger, guard, maria]) assert.equal(held.open(one).reaches, false);
    assert.throws(() => held.act(anna, deed(EntryKind.readersAgreed, State.screening, { cited: changes[0]!.link, priority: 5 })), { slug: "role_not_allowed" });
    held.act(boris, deed(EntryKind.readersAgreed, State.screening, { cited: changes[0]!.link, priority: 5 }));
    for (const one of [stranger, guard]) {
      const seen = held.seen(one);
      assert.deepEqual(seen.messages.map(({ answers, intake }) => [answers, intake]), [[[["story", "слова"]], []], [[["story", "втайне"]], [["r_do_not", "не звонить"]]]]);
      assert.deepEqual(seen.readers.sort(), [anna, boris, stranger, guard].map(({ id }) => hex(id)).sort());
    }
    assert.equal(held.open(maria).reaches, false);
    held.post("text", stranger, { text: "ответ нового читателя" });
    assert.equal(held.mailbox().replies[0]!.text, "ответ нового читателя");
    assert.equal(last(held.seen(anna).entries).text, "ответ нового читателя");
    held.act(stranger, deed(EntryKind.step, State.triaged), "дальше");
    held.act(stranger, deed(EntryKind.proposal, State.assigned, { members: [ivan, jamila, guard].map(({ id }) => hex(id)) }));
    assert.equal(held.seen(guard).proposals[0]!.wrapFault, null);
    held.act(guard, deed(EntryKind.approval, State.assigned, { cited: held.seen(guard).proposals[0]!.link }));
    assert.deepEqual(held.seen(ivan).messages[1]!.intake, []);
  },
  "what came since is handed on by whom it reached, and to nobody new": () => {
    const held = new Held("слова");
    held.nameReaders([anna, boris, stranger, guard]);
    held.act(boris, deed(EntryKind.readersAgreed, State.screening, { cited: held.seen(boris).changes[0]!.link, priority: 5 }));
    held.write("позже", Lane.normal, TODAY, [maria]); // drawn anew: the first were not eligible any more
    assert.equal(held.seen(stranger).messages[1]!.fault?.slug, "not_a_recipient");
    const late = held.seen(maria);
    assert.deepEqual([late.messages[0]!.fault?.slug, late.messages[1]!.answers[0]![1], late.unkept], ["not_a_recipient", "позже", 1]);
    held.act(maria, deed(EntryKind.readersKept, State.screening, { priority: 5 }), "");
    for (const one of [boris, stranger, guard]) assert.equal(held.seen(one).messages[1]!.answers[0]![1], "позже");
    assert.deepEqual([held.seen(maria).unkept, held.seen(maria).messages[0]!.fault?.slug], [1, "not_a_recipient"]);
    held.write("ещё позже", Lane.normal, TODAY, [boris]);
    assert.deepEqual([held.seen(boris).unkept, held.seen(boris).readers.length], [1, 4]);
    held.act(boris, deed(EntryKind.readersKept, State.screening, { priority: 5 }), "");
    assert.equal(held.seen(boris).unkept, 0);
    assert.equal(held.seen(stranger).messages[2]!.answers[0]![1], "ещё позже");
  },
  "one signature that brings a case to somebody new gives them nothing": () => {
    for (const named of [true, false]) {
      const held = new Held("слова");
      if (named) {
        held.nameReaders([anna, boris, stranger, guard]);
        held.act(boris, deed(EntryKind.readersAgreed, State.screening, { cited: held.seen(boris).changes[0]!.link, priority: 5 }));
      }
      const first = parseSealed(instance, held.messages[0]!.data);
      const plain = openMessage(first, anna.kem);
      held.forgeReaders(EntryKind.readersKept, [boris, stranger, guard, maria].map(({ kem }) => kem.pk), [{ cid: first.cid, cek: plain.cek }]);
      assert.equal(held.open(maria).reaches, false, String(named));
      assert.equal(held.open(stranger).reaches, named);
    }
  },
  "who agrees to other readers sees a key, a message or a person that is wrong": () => {
    const fault = (to: Bytes[], change: (keys: MessageKey[]) => MessageKey[], by: Self = boris): string | undefined => {
      const held = new Held("слова", "ещё");
      const keys = held.messages.map(({ data }) => {
        const { cid, cek } = openMessage(parseSealed(instance, data), anna.kem);
        return { cid, cek };
      });
      held.forgeReaders(EntryKind.readersProposed, to, change(keys));
      const [shown] = held.seen(by).changes;
      return shown!.fault?.slug;
    };
    const good = [anna, boris, stranger, guard].map(({ kem }) => kem.pk);
    const same = (keys: MessageKey[]): MessageKey[] => keys;
    assert.equal(fault(good, (keys) => keys.map(({ cid }) => ({ cid, cek: randomBytes(32) }))), "commitment_mismatch");
    assert.equal(fault(good, ([one]) => [one!]), "not_a_recipient");
    assert.equal(fault(good, (keys) => [...keys, { cid: randomBytes(32), cek: randomBytes(32) }]), "not_a_recipient");
    assert.equal(fault([...good, person().kem.pk], same), "role_not_allowed");
    assert.equal(fault([...good, ivan.kem.pk], same), "role_not_allowed");
    assert.equal(fault([boris, guard].map(({ kem }) => kem.pk), same), "role_not_allowed");
    assert.equal(fault([anna, boris].map(({ kem }) => kem.pk), same), "role_not_allowed");
    assert.equal(fault([boris, stranger, guard].map(({ kem }) => kem.pk), same), "role_not_allowed"); // who proposes leaves
    assert.equal(fault([anna, stranger, guard].map(({ kem }) => kem.pk), same), "not_named"); // who would agree leaves
  },
  "two of the unit have a case or nobody has, and every desk says who": () => {
    const held = new Held("слова");
    held.handOff();
    assert.throws(() => held.act(ivan, deed(EntryKind.step, State.inquiry)), { slug: "bad_state" });
    assert.throws(() => held.claim(ivan, ivan), { slug: "malformed" });
    assert.throws(() => held.claim(ivan, ivan, outsider), { slug: "role_not_allowed" }); // not of those who were handed it
    assert.throws(() => held.claim(anna, ivan, jamila), { slug: "role_not_allowed" });
    held.claim(ivan, jamila, ivan);
    for (const desk of [ivan, jamila, guard, anna]) assert.deepEqual(held.seen(desk).claimed, [ivan, jamila].map(({ id }) => hex(id)).sort());
    held.act(ivan, deed(EntryKind.step, State.inquiry));
    held.claim(guard);
    assert.deepEqual(held.seen(ivan).claimed, []);
    assert.throws(() => held.act(ivan, deed(EntryKind.proposal, State.investigation)), { slug: "bad_state" });
    held.claim(jamila, ivan, jamila);
    held.act(jamila, deed(EntryKind.recusal, State.inquiry), "");
    assert.deepEqual(held.seen(ivan).claimed, []);
    assert.throws(() => held.claim(ivan, ivan, jamila), { slug: "role_not_allowed" });
    assert.deepEqual(held.mailbox().chain.entries.slice(-5).map(({ kind }) => kind), [EntryKind.claimed, EntryKind.step, EntryKind.claimed, EntryKind.claimed, EntryKind.recusal]);
  },
  "one of the unit is replaced by two signatures, and the new one reads on": () => {
    const held = new Held("слова");
    held.handOff();
    held.claim(ivan, ivan, jamila);
    held.act(ivan, deed(EntryKind.step, State.inquiry), "начали");
    held.act(ivan, deed(EntryKind.recusal, State.inquiry), "");
    const others = [jamila, pavel, guard];
    held.act(boris, deed(EntryKind.unitProposed, State.inquiry, { members: others.map(({ id }) => hex(id)) }));
    assert.equal(held.open(pavel).reaches, false);
    const [change] = held.seen(anna).changes;
    assert.deepEqual([change!.unit, change!.members.sort(), change!.gone, change!.fault], [true, others.map(({ id }) => hex(id)).sort(), [hex(ivan.id)], null]);
    assert.throws(() => held.act(boris, deed(EntryKind.readersAgreed, State.inquiry, { cited: change!.link })), { slug: "role_not_allowed" });
    held.act(guard, deed(EntryKind.readersAgreed, State.inquiry, { cited: change!.link }));
    const seen = held.seen(pavel);
    assert.deepEqual([seen.messages[0]!.answers[0]![1], seen.entries.some(({ text }) => text === "начали"), seen.unit!.members.length], ["слова", true, 3]);
    held.write("ещё слова");
    held.act(anna, deed(EntryKind.grant, State.inquiry), "");
    assert.equal(held.seen(pavel).messages[1]!.answers[0]![1], "ещё слова");
    assert.equal(held.open(outsider).reaches, false);
    assert.throws(() => held.act(anna, deed(EntryKind.unitProposed, State.inquiry, { members: [jamila, guard].map(({ id }) => hex(id)) })), { slug: "role_not_allowed" });
  },
  "who is named reads at once what the person writes after a change, and who left does not": () => {
    const held = new Held("слова");
    held.nameReaders([anna, boris, stranger, guard]);
    held.act(boris, agreedTo(held), "");
    held.nameReaders([anna, stranger, guard]);
    assert.equal(held.seen(boris).changes[0]!.fault?.slug, "not_named"); // the new inbox is for those who stay
    held.act(stranger, agreedTo(held, stranger), "");
    assert.equal(held.mailbox().card?.number, 2);
    held.writeByCard("после смены");
    for (const one of [anna, stranger, guard]) {
      const { messages, unkept } = held.seen(one);
      assert.deepEqual([messages[1]!.answers, messages[1]!.formerUntil, unkept], [[["story", "после смены"]], 0, 0]);
    }
    const left = held.seen(boris);
    assert.deepEqual([left.messages[0]!.fault, left.messages[1]!.fault?.slug], [null, "not_a_recipient"]);
    held.post("text", anna, { text: "между нами и вами" });
    assert.equal(last(held.seen(stranger).entries).text, "между нами и вами");
    assert.equal(last(held.seen(boris).entries).text, ""); // an answer after the change is not for who left
    held.act(boris, deed(EntryKind.note, State.screening, { priority: 5 }), "уходя");
    assert.equal(last(held.seen(stranger).entries).text, "уходя");
  },
  "what was sealed to an old card opens, is marked, and is handed on by one": () => {
    const held = new Held("слова");
    held.nameReaders([anna, boris, stranger, guard]);
    held.act(boris, agreedTo(held), "");
    const old = held.mailbox();
    held.nameReaders([anna, stranger, guard]);
    held.act(guard, agreedTo(held, guard), "");
    assert.deepEqual([old.card?.number, held.mailbox().card?.number], [1, 2]);
    held.writeByCard("по старой карте", Lane.normal, old);
    assert.equal(held.seen(boris).messages[1]!.fault, null); // who left holds the old key
    for (const one of [anna, stranger, guard]) {
      const seen = held.seen(one);
      assert.deepEqual([seen.messages[1]!.answers, seen.messages[1]!.formerUntil, seen.unkept], [[["story", "по старой карте"]], TODAY, 1]);
    }
    held.act(stranger, deed(EntryKind.readersKept, State.screening, { priority: 5 }), "");
    assert.deepEqual([held.seen(anna).unkept, held.seen(anna).messages[1]!.formerUntil], [0, 0]);
  },
  "a unit reads the person's next message by the card, its account alone, and a former one does not": () => {
    const held = new Held("слова");
    held.handOff();
    held.writeByCard("для всех", Lane.normal, held.mailbox(), new Map([["r_do_not", "не звонить"]]));
    for (const one of [ivan, guard]) assert.deepEqual([held.seen(one).messages[1]!.answers, held.seen(one).messages[1]!.intake], [[["story", "для всех"]], []]);
    assert.deepEqual([held.seen(anna).messages[1]!.intake, held.seen(anna).ungranted, held.seen(anna).unkept], [[["r_do_not", "не звонить"]], 0, 0]);
    held.act(boris, deed(EntryKind.unitProposed, State.assigned, { members: [jamila, pavel, guard].map(({ id }) => hex(id)) }));
    held.act(guard, agreedTo(held, guard, State.assigned, 3), "");
    held.writeByCard("после смены");
    for (const one of [jamila, pavel, guard, anna]) assert.deepEqual(held.seen(one).messages.slice(1).map(({ answers }) => answers[0]![1]), ["для всех", "после смены"]);
    assert.equal(held.open(ivan).reaches, false);
    held.nameReaders([anna, boris, stranger, guard]);
    held.act(boris, agreedTo(held, boris, State.assigned, 3), "");
    held.nameReaders([anna, stranger, guard]);
    held.act(stranger, agreedTo(held, stranger, State.assigned, 3), "");
    assert.deepEqual([held.seen(stranger).unitBehind, held.seen(jamila).unitBehind], [true, true]);
    held.act(stranger, deed(EntryKind.grant, State.assigned), ""); // the desk of whoever agreed does it by itself
    assert.deepEqual([held.seen(stranger).unitBehind, held.seen(jamila).unitBehind], [false, false]);
    held.act(jamila, deed(EntryKind.note, State.assigned), "от новой группы"); // to the readers' new inbox, which the card tells
    assert.equal(last(held.seen(stranger).entries).text, "от новой группы");
    assert.equal(last(held.seen(boris).entries).text, "");
    held.writeByCard("и дальше");
    for (const one of [jamila, stranger]) assert.equal(last(held.seen(one).messages).answers[0]![1], "и дальше");
    assert.equal(last(held.seen(boris).messages).fault?.slug, "not_a_recipient");
    held.act(jamila, deed(EntryKind.step, State.triaged), "не наше");
    held.writeByCard("после возврата");
    assert.equal(last(held.seen(stranger).messages).fault, null);
    assert.equal(held.open(jamila).reaches, false);
  },
  "a wish for review goes past the card to who did nothing in the case": () => {
    const held = new Held("слова");
    held.handOff();
    held.write("пересмотрите", Lane.review, TODAY, [maria]);
    assert.equal(held.seen(maria).messages[1]!.fault, null);
    assert.equal(held.seen(anna).messages[1]!.fault?.slug, "not_a_recipient");
  },
  "two proposals at once: the second is of an old number, and nobody can agree to it": () => {
    const held = new Held("слова");
    held.nameReaders([anna, boris, stranger, guard]);
    held.nameReaders([anna, boris, maria, guard], boris);
    const second = held.seen(anna).changes[1]!;
    held.act(boris, agreedTo(held), "");
    assert.equal(held.seen(anna).changes[0]!.fault?.slug, "bad_state");
    assert.throws(() => held.act(anna, deed(EntryKind.readersAgreed, State.screening, { cited: second.link, priority: 5 }), ""), { slug: "bad_state" });
  },
  "nobody who is barred is named as a reader": () => {
    const held = new Held("слова");
    held.write("ещё", Lane.normal, TODAY - 1, [anna, boris], held.receipt, new Map([["never_show", "Каримова из отдела"]]));
    const told = declared(stranger, { names: "Karimov" });
    assert.throws(() => held.nameReaders([anna, boris, stranger, guard], knowing(anna, told)), (error: Error) => asFault(error).slug === "barred");
    held.nameReaders([anna, boris, stranger, guard]); // a desk that was never told, or lies
    const seen = held.seen(knowing(boris, told));
    assert.equal(seen.changes[0]!.fault?.slug, "barred");
    const agreed = deed(EntryKind.readersAgreed, State.screening, { cited: seen.changes[0]!.link, priority: 5 });
    assert.throws(() => held.act(knowing(boris, told), agreed), (error: Error) => asFault(error).slug === "barred");
  },
  "what may not be done is refused before it leaves": () => {
    const held = new Held("слова");
    held.propose();
    const { link } = held.seen().proposals[0]!;
    assert.throws(() => held.act(anna, deed(EntryKind.approval, State.assigned, { cited: link })), { slug: "role_not_allowed" });
    assert.throws(() => held.act(anna, deed(EntryKind.step, State.closed)), { slug: "bad_state" });
    assert.throws(() => new Held("слова").propose([ivan, guard]), { slug: "role_not_allowed" });
    assert.throws(() => new Held("слова").propose([ivan, jamila, outsider, guard]), { slug: "role_not_allowed" });
    assert.throws(() => new Held("слова").propose([ivan, jamila]), { slug: "role_not_allowed" });
  },
  "who approves sees whom it goes to, and that another key or another person is in it": () => {
    const held = new Held("слова");
    held.propose();
    const honest = held.seen(boris).proposals[0]!;
    assert.deepEqual([honest.members.sort(), honest.granted, honest.wrapFault, honest.own], [[ivan, jamila, guard].map(({ id }) => hex(id)).sort(), 1, null, false]);
    const wraps = (change: (pks: Bytes[], cid: Bytes) => { pks: Bytes[]; k0: Bytes; otherCard?: boolean }): Fault | null => {
      const seed = randomBytes(32);
      const bent = new Held("слова");
      bent.post("opened");
      bent.act(anna, deed(EntryKind.step, State.triaged));
      const first = parseSealed(instance, bent.messages[0]!.data);
      const plain = openMessage(first, anna.kem);
      const intake = intakeInbox(plain.cek, first.headerHash).pk;
      const made = change([ivan.kem.pk, jamila.kem.pk, guard.kem.pk], first.cid);
      const fields = { instance, cid: first.cid, kind: BoxKind.wrapUnit, parent: Z32, author: anna.id, day: TODAY, keyringHash: keyring.hash };
      const k0 = made.k0.length ? made.k0 : accountKey(first, plain.cek);
      const box = sealWrap(fields, anna.signingSeed, made.pks, [{ cid: first.cid, k0 }], [seed], intake, { language: "ru", text: "", code: "" });
      const card = encodeCard({ instance, cid: first.cid, number: 1, intakePk: intake, unitPk: kemKeypair(made.otherCard ? randomBytes(32) : seed).pk });
      const { chain } = bent.mailbox();
      const entry = {
        instance, cid: first.cid, seq: 2, prev: chain.head, kind: EntryKind.proposal, state: State.assigned, day: TODAY, until: 0, actor: anna.id,
        boxHash: parseBox(box).hash, cited: hash(card), keyringHash: keyring.hash, messages: messagesHead([first.cid]), priority: 3,
      };
      bent.posted.push({ entry: signEntry(entry, anna.signingSeed), box, card });
      return bent.seen(boris).proposals[0]!.wrapFault;
    };
    assert.equal(wraps((pks) => ({ pks, k0: new Uint8Array(0) })), null);
    assert.equal(wraps((pks) => ({ pks, k0: randomBytes(32) }))?.slug, "commitment_mismatch");
    assert.equal(wraps((pks) => ({ pks, k0: new Uint8Array(0), otherCard: true }))?.slug, "wrong_case");
    assert.equal(wraps((pks) => ({ pks: [...pks, person().kem.pk], k0: new Uint8Array(0) }))?.slug, "role_not_allowed");
    assert.equal(wraps((pks) => ({ pks: [...pks, stranger.kem.pk], k0: new Uint8Array(0) }))?.slug, "role_not_allowed");
  },
  "a custodian sees that a name is asked for, and no word of the account": () => {
    const held = new Held("слова");
    held.handOff();
    assert.equal(held.open(keeper).reaches, false);
    held.act(ivan, deed(EntryKind.identityAsked, State.assigned, { until: TODAY + 5, code: "court" }), "для суда");
    const { opened } = held.open(keeper);
    assert.ok(opened);
    assert.deepEqual([last(opened.entries).text, opened.messages.map(({ answers }) => answers), opened.asks[0]!.agreed], ["для суда", [[]], false]);
    assert.throws(() => held.act(keeper, deed(EntryKind.identityGranted, State.assigned, { cited: opened.asks[0]!.link }), ""), { slug: /not_a_recipient|bad_state/ });
    held.act(boris, deed(EntryKind.identityAgreed, State.assigned, { cited: opened.asks[0]!.link }), "");
    assert.throws(() => openName({ ...held.request() }, opened.asks[0]!.link, keyring, ivan, TODAY), { slug: "bad_state" });
  },
  "a file is opened by whoever may open the answer that it is, and by nobody else": () => {
    const [photo, authority, fear] = [fileOf("photo.jpg"), fileOf("authority.pdf"), fileOf("fear.pdf")];
    const held = new Held("слова");
    held.write("бумаги", Lane.normal, TODAY - 1, [anna, boris], held.receipt, new Map([["own_paper", hex(fear.uploadId)], ["evidence_list", manifest(fear)]]), {
      evidence: [photo], told: [["ip_report", hex(photo.uploadId)], ["authority_doc", hex(authority.uploadId)]], identity: new Map([["v_name", "Имя"], ["evidence_list", manifest(authority)]]),
    });
    held.handOff();
    const [read, unit] = [held.seen(anna), held.seen(ivan)].map(({ messages }) => messages[1]!);
    assert.deepEqual(read!.evidence.map(({ name, question, forIntake }) => [name, question, forIntake]), [["photo.jpg", "ip_report", false], ["fear.pdf", "own_paper", true]]);
    assert.deepEqual(unit!.evidence.map(({ name, question, forIntake }) => [name, question, forIntake]), [["photo.jpg", "ip_report", false]]);
    for (const seen of [read!, unit!]) {
      assert.deepEqual(seen.apart, [hex(authority.uploadId)]);
      assert.ok(seen.answers.some(([id]) => id === "authority_doc") && !seen.answers.some(([id]) => id === "ip_report"));
      assert.ok(!JSON.stringify(seen).includes(hex(authority.key)) && !JSON.stringify(seen).includes("authority.pdf"));
    }
    assert.deepEqual(read!.intake, []);
    assert.ok(!JSON.stringify(unit).includes(hex(fear.uploadId)));

    // the name of the second message is asked for; both halves, and only who asked opens it
    held.act(ivan, deed(EntryKind.identityAsked, State.assigned, { until: TODAY + 5, code: "court", cited: held.messages[1]!.cid }), "для суда");
    const link = held.seen(ivan).asks[0]!.link;
    held.act(boris, deed(EntryKind.identityAgreed, State.assigned, { cited: link }), "");
    held.act(keeper, deed(EntryKind.identityGranted, State.assigned, { cited: link }), "");
    held.act(ivan, deed(EntryKind.identityOpened, State.assigned, { cited: link }), "");
    const found = openName(held.request(), link, keyring, ivan, TODAY);
    assert.deepEqual([found.answers, found.files.map(({ name, key, question }) => [name, key, question])], [[["v_name", "Имя"]], [["authority.pdf", hex(authority.key), "authority_doc"]]]);
    for (const other of [jamila, boris, keeper]) assert.throws(() => openName(held.request(), link, keyring, other, TODAY), { slug: "bad_state" });
  },
  "a list of files that is none hides nothing": () => {
    const held = new Held("слова");
    held.write("ещё", Lane.normal, TODAY - 1, [anna, boris], held.receipt, new Map([["evidence_list", "zz"], ["r_do_not", "не звонить"]]));
    const seen = held.seen().messages[1]!;
    assert.deepEqual([seen.fault, seen.evidence, seen.intake], [null, [], [["evidence_list", "zz"], ["r_do_not", "не звонить"]]]);
  },
  "a dropped entry breaks the chain": () => {
    const held = new Held("слова");
    for (const by of [anna, boris, anna]) held.post("opened", by);
    held.posted.splice(1, 1);
    assert.equal(held.seen().chainFault?.slug, "chain_broken");
  },
  "an answer's box under another entry is told": () => {
    const held = new Held("слова");
    for (const text of ["первый", "второй"]) held.post("text", anna, { text });
    held.posted[1] = { ...held.posted[1]!, box: held.posted[0]!.box };
    assert.equal(held.seen().entries[1]!.textFault?.slug, "hash_mismatch");
  },
  "a message held back after it was counted is told": () => {
    const held = new Held("one", "two", "three");
    held.post("opened");
    assert.equal(held.seen().withheld, false);
    assert.equal(held.seen(anna, held.request(held.messages.slice(0, 2))).withheld, true);
  },
  "every desk reads the same chain of custody from the notes that it can open": () => {
    const held = new Held("one");
    const file = { upload: "1".repeat(32), key: "2".repeat(64), blobHash: "3".repeat(64), plaintextHash: "4".repeat(64), size: 9, name: "", type: "", question: "", forIntake: false };
    const sign = (by: Person): void => held.act(by, deed(EntryKind.note, held.seen(by).place.state || State.screening, { code: "custody", priority: held.seen(by).place.priority }), openedLine(file, "5".repeat(64), "shown"));
    const seenBy = (one: Person): [string, string][] => (readCustody(held.seen(one).entries, [file]).get(file.upload)?.seen ?? []).map(({ actor, role }) => [actor, role]);
    sign(anna);
    sign(boris);
    assert.deepEqual(seenBy(boris), [[hex(anna.id), "reviewer"], [hex(boris.id), "reviewer"]]);
    assert.deepEqual(seenBy(anna), seenBy(boris));
    held.handOff();
    sign(ivan);
    assert.deepEqual(seenBy(anna).map(([, role]) => role), ["reviewer", "reviewer", "investigator"]);
    assert.deepEqual(seenBy(ivan).map(([, role]) => role), ["investigator"]); // a unit reads no note of before it had the case
  },
  "a message exchanged for another after it was counted is told": () => {
    const held = new Held("one", "two");
    held.post("opened");
    held.write("three", Lane.normal, TODAY);
    assert.equal(held.seen().withheld, false);
    assert.equal(held.seen(anna, held.request([held.messages[0]!, held.messages[2]!])).withheld, true);
  },
  "bytes given under another message's id are refused": () => {
    const held = new Held("one", "two");
    const request = held.request();
    const swapped = { ...request, messages: [request.messages[1]!, request.messages[0]!] };
    assert.equal(held.open(anna, swapped).fault?.slug, "hash_mismatch");
  },
  "a message of another code does not join": () => {
    const held = new Held("one");
    const other = new Held("two");
    held.messages.push(other.messages[0]!);
    const seen = held.seen();
    assert.equal(seen.messages[1]!.fault?.slug, "wrong_case");
    assert.deepEqual(seen.messages[1]!.answers, []);
  },
  "a wish to stop holds the case until an answer takes it up": () => {
    const held = new Held("one");
    held.write("стоп", Lane.stop);
    assert.equal(held.seen().state, 16);
    held.post("text", anna, { text: "ответ" });
    assert.equal(held.seen().state, 16);
    held.post("text", anna, { text: "ответ", takesUpStop: true });
    assert.equal(held.seen().state, 1);
    assert.equal(hex(parseSignedEntry(held.posted[1]!.entry).cited), held.messages[1]!.cid);
  },
  "nothing is put into a closed mailbox": () => {
    const held = new Held("one");
    const post = parsePost(composePost({ ...held.request(), ...NO_CHECK, kind: "opened", mailboxOpen: false }, keyring, anna, TODAY));
    assert.equal(post.statusBlock.length, 0);
  },
  "a later message sealed to other readers is shown as theirs": () => {
    const held = new Held("one");
    held.write("two", Lane.normal, TODAY, [boris]);
    assert.equal(held.seen(anna).messages[1]!.fault?.slug, "not_a_recipient");
    assert.equal(held.seen(boris).messages[1]!.fault, null);
  },
  "whom the wrap names reads on without the old slots, and who was drawn alone does not": () => {
    const held = new Held("слова");
    held.write("втайне", Lane.normal, TODAY - 1, [anna, maria]);
    held.nameReaders([anna, stranger, boris, guard]);
    held.act(boris, agreedTo(held), "");
    held.writeByCard("позже", Lane.normal, held.mailbox());
    const slim = held.messages.map((one, n) => (n < 2 ? { ...one, data: without("slots", one.data) } : one));
    assert.equal(held.seen(stranger, held.request(slim)).chainFault?.slug, "chain_broken"); // nobody has opened it yet
    for (const by of [stranger, guard]) {
      assert.ok(held.seen(by).keeping.due);
      held.post("opened", by);
      assert.equal(held.seen(by).keeping.due, false);
    }
    for (const by of [anna, boris, stranger, guard]) {
      const seen = held.seen(by, held.request(slim));
      assert.deepEqual([seen.chainFault, seen.messages.map(({ answers }) => answers[0]?.[1])], [null, ["слова", "втайне", "позже"]]);
    }
    assert.equal(held.open(maria, held.request(slim)).reaches, false);
    assert.equal(held.seen(anna, held.request([slim[0]!, held.messages[1]!, held.messages[2]!])).chainFault?.slug, "chain_broken"); // not just some of them
  },
  "whoever reads by an old slot alone does not say that the new wrap suffices": () => {
    const held = new Held("слова");
    held.nameReaders([anna, stranger, boris, guard]);
    held.act(boris, agreedTo(held), "");
    held.write("позже", Lane.normal, TODAY, [stranger, maria]); // drawn: the page had not seen the card
    assert.deepEqual([held.seen(stranger).messages[1]!.fault, held.seen(stranger).keeping.due], [null, false]);
    held.act(stranger, deed(EntryKind.readersKept, State.screening, { priority: 5 }), "");
    assert.ok(held.seen(stranger).keeping.due && held.seen(boris).keeping.due);
  },
  "two of a unit say once that they opened what they were handed": () => {
    const held = new Held("слова");
    held.handOff();
    for (const by of [ivan, jamila]) {
      assert.ok(held.seen(by).keeping.due);
      held.post("opened", by);
      assert.equal(held.seen(by).keeping.due, false);
    }
    const handed = held.posted.map(({ entry }) => parseSignedEntry(entry)).find(({ kind }) => kind === EntryKind.proposal)!;
    assert.ok(held.posted.slice(-2).every(({ entry }) => equal(parseSignedEntry(entry).cited, handed.link)));
    assert.equal(held.seen(guard).keeping.due, false); // a supervisor does not investigate
  },
  "a case is erased by two in words that the person reads, and by nobody who put another list of files together": () => {
    const file = fileOf("снимок");
    const held = new Held();
    held.write("слова", Lane.normal, TODAY - 1, [anna, boris], held.receipt, new Map(), { evidence: [file] });
    held.nameReaders([anna, boris, stranger, guard]);
    held.act(boris, agreedTo(held), "");
    held.act(anna, deed(EntryKind.proposal, State.spamQuarantine, { priority: 5 }));
    held.act(boris, deed(EntryKind.approval, State.spamQuarantine, { priority: 5, cited: held.seen(boris).proposals[0]!.link }));
    const erased = (kind: number, cited = ""): Deed => deed(kind, State.erased, { priority: 5, cited, visible: false });
    assert.throws(() => held.act(anna, erased(EntryKind.proposal), "сотрём", TODAY + 29), { slug: "bad_state" });
    held.act(anna, erased(EntryKind.proposal), "Мы хотим стереть дело.", TODAY + 30);
    const told = held.mailbox(TODAY + 30);
    assert.deepEqual([told.replies[0]!.text, told.chain.pending.length], ["Мы хотим стереть дело.", 1]);
    const proposal = parseSignedEntry(last(held.posted).entry);
    assert.throws(() => held.act(guard, erased(EntryKind.approval, hex(proposal.link)), "стёрто", TODAY + 59), { slug: "bad_state" });
    const other = new Held();
    Object.assign(other, { receipt: held.receipt, messages: [...held.messages], posted: [...held.posted], blocks: [...held.blocks] });
    other.write("вот ещё", Lane.normal, TODAY + 31, [guard], held.receipt, new Map(), { evidence: [fileOf("другой")] });
    assert.throws(() => other.act(guard, erased(EntryKind.approval, hex(proposal.link)), "стёрто", TODAY + 60), { slug: "hash_mismatch" });
    held.act(guard, erased(EntryKind.approval, hex(proposal.link)), "Дело стёрто.", TODAY + 60);
    const [, , , uploads] = decode("erasure", [32, 32, 32, null], last(held.posted).card);
    assert.deepEqual([equal(hash(last(held.posted).card), proposal.cited), hex(uploads!).includes(hex(file.uploadId))], [true, true]);
    const after = held.mailbox(TODAY + 60);
    assert.deepEqual([after.replies[0]!.text, after.state, after.card, after.cardFault], ["Дело стёрто.", State.erased, undefined, undefined]);
    assert.throws(() => held.act(anna, deed(EntryKind.text, State.erased, { priority: 5 }), "ещё", TODAY + 60), { slug: "bad_state" });
  },
  "nobody erases a case while a wish of the person waits": () => {
    const held = new Held("слова");
    held.nameReaders([anna, boris, stranger, guard]);
    held.act(boris, agreedTo(held), "");
    held.act(anna, deed(EntryKind.proposal, State.spamQuarantine, { priority: 5 }));
    held.act(boris, deed(EntryKind.approval, State.spamQuarantine, { priority: 5, cited: held.seen(boris).proposals[0]!.link }));
    held.write("посмотрите снова", Lane.review, TODAY, [anna]);
    assert.throws(() => held.act(anna, deed(EntryKind.proposal, State.erased, { priority: 5 }), "сотрём", TODAY + 30), { slug: "bad_state" });
  },
  "the sealed name is erased by two, and a name that went without them is told": () => {
    const held = new Held();
    held.write("слова", Lane.normal, TODAY - 1, [anna, boris], held.receipt, new Map(), { identity: new Map([["own_name", "Имя"]]), told: [["asks", "erase"]] });
    held.post("opened");
    const nameless = held.messages.map((one) => ({ ...one, data: without("identity", one.data) }));
    assert.equal(held.seen(anna, held.request(nameless)).chainFault?.slug, "chain_broken");
    held.act(anna, deed(EntryKind.nameErasureProposed, State.screening, { priority: 5, cited: held.messages[0]!.cid, visible: false }), "просит человек");
    const [waits] = held.seen(boris).erasing;
    assert.deepEqual([waits!.own, held.seen(anna).erasing[0]!.own], [false, true]);
    held.act(boris, deed(EntryKind.nameErasureAgreed, State.screening, { priority: 5, cited: waits!.link }), "Имя стёрто.");
    assert.equal(last(held.mailbox().replies).text, "Имя стёрто.");
    const seen = held.seen(anna, held.request(nameless));
    assert.deepEqual([seen.chainFault, seen.erasing, seen.nameless, seen.messages[0]!.answers], [null, [], true, [["asks", "erase"], ["story", "слова"]]]);
  },
  "two erase a name only where the person asks for it, whoever proposed it and by whatever program": () => {
    const held = new Held("слова");
    held.write("сотрите имя", Lane.normal, TODAY - 1, [anna, boris], held.receipt, new Map(), { told: [["asks", "erase"]] });
    const erasing = (kind: number, cited: string): Deed => deed(kind, State.screening, { priority: 5, cited, visible: false });
    held.post("opened");
    for (const cited of ["", held.messages[0]!.cid, hex(randomBytes(32))]) {
      assert.throws(() => held.act(anna, erasing(EntryKind.nameErasureProposed, cited)), { slug: "bad_state" });
    }
    held.act(anna, erasing(EntryKind.nameErasureProposed, held.messages[1]!.cid));
    const honest = held.posted.pop()!;
    const agree = (): void => held.act(boris, erasing(EntryKind.nameErasureAgreed, held.seen(boris).erasing[0]!.link));
    for (const cited of [Z32, parseSealed(instance, held.messages[0]!.data).cid]) {
      held.posted.push({ ...honest, entry: signEntry({ ...parseSignedEntry(honest.entry), cited }, anna.signingSeed) });
      assert.throws(agree, { slug: "bad_state" });
      held.posted.pop();
    }
    held.posted.push(honest);
    agree();
  },
  "the entry of an answer names what the person had written": () => {
    const held = new Held("one", "two");
    held.post("text", anna, { text: "ответ" });
    const [entry] = parsePostedEntries(encodePostedEntries(held.posted)).map((one) => parseSignedEntry(one.entry));
    assert.equal(held.seen().entries[0]!.count, 2);
    assert.ok(entry && equal(entry.actor, anna.id));
  },
};

const results = Object.entries(claims).map(([claim, check]) => {
  try {
    check();
    return [claim, ""];
  } catch (error) {
    return [claim, error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
});
process.stdout.write(JSON.stringify(Object.fromEntries(results)));
