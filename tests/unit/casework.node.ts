// Claims about the desk's casework, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_casework.py reads it.
import assert from "node:assert/strict";

import { parseBox } from "../../crypto/ts/box.js";
import { encodePostedEntries, parsePost, parsePostedEntries, parseSignedEntry, type PostedEntry } from "../../crypto/ts/chain.js";
import { type Bytes, decode, equal, hex, Z32 } from "../../crypto/ts/encoding.js";
import { encodeKeyring, type Keyring } from "../../crypto/ts/keyring.js";
import { openMailbox, unveil } from "../../crypto/ts/mailbox.js";
import { Lane, parseSealed, prepareSlots, sealMessage } from "../../crypto/ts/message.js";
import { hash, kemKeypair, randomBytes, signingPk } from "../../crypto/ts/primitives.js";
import { newCode, type Receipt, receiptFromK0 } from "../../crypto/ts/receipt.js";
import { composePost, openCase, type Self } from "../../service/web/src/desk-casework.js";
import type { OpenRequest } from "../../service/web/src/desk-calls.js";

const TODAY = 20_800;
const NO_CHECK = { text: "", language: "ru", takesUpStop: false, mailboxOpen: true, deed: null, kems: new Uint8Array(0) };
const instance = randomBytes(32);

interface Person extends Self {
  kemSeed: Bytes;
}

const person = (): Person => {
  const kemSeed = randomBytes(32);
  return { id: randomBytes(16), signingSeed: randomBytes(32), kem: kemKeypair(kemSeed), kemSeed };
};
const custodian = kemKeypair(randomBytes(32));
const [anna, boris, stranger] = [person(), person(), person()];
const body = encodeKeyring({
  instance, version: 1, notBefore: TODAY - 10, expires: TODAY + 30, prev: Z32, rootsHash: Z32,
  policy: { minimumSuite: 1, readers: 5, minimumReaders: 2, grace: 30 }, groups: [{ id: "a", kind: 0, countries: [] }],
  members: [anna, boris, stranger].map((one) => ({
    id: one.id, role: 1, group: "a", flags: 0, signingPk: signingPk(one.signingSeed), kemHash: hash(one.kem.pk), annexHash: Z32, from: TODAY - 10, until: TODAY + 30,
  })),
  formers: [],
});
const keyring: Keyring = { body, hash: body.hash, status: "valid", clockBehind: false, today: TODAY };

/** A case as the server would hold it. */
class Held {
  readonly receipt: Receipt = receiptFromK0(instance, hash(new TextEncoder().encode(newCode())));
  readonly messages: { cid: string; day: number; lane: number; data: Bytes }[] = [];
  posted: PostedEntry[] = [];
  readonly blocks: Bytes[] = [];

  constructor(...words: string[]) {
    for (const text of words) this.write(text);
  }

  write(text: string, lane: number = Lane.normal, day = TODAY - 1, to = [anna, boris], receipt = this.receipt): void {
    const content = { kind: this.messages.length ? 1 : 0, day, language: "ru", answers: new Map([["story", text]]), evidence: [] };
    const slots = prepareSlots(to.map((one) => one.kem.pk), [custodian.pk]);
    const data = sealMessage(slots, receipt, { instance, version: 1, hash: keyring.hash }, lane, content, new Map(), new Map());
    this.messages.push({ cid: hex(parseSealed(instance, data).cid), day, lane, data });
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

  post(kind: "opened" | "text", by: Self = anna, change: Partial<typeof NO_CHECK> = {}): void {
    const post = parsePost(composePost({ ...this.request(), ...NO_CHECK, ...change, kind }, keyring, by, TODAY));
    this.posted.push({ entry: post.entry, box: post.box });
    this.blocks[0] = post.statusBlock;
    if (post.replyBlock.length) this.blocks.push(post.replyBlock);
  }

  /** What the person reads with the code. */
  mailbox() {
    const { mailboxSeed, requestPk, veilKey } = this.receipt;
    const blocks = [this.blocks[0]!, ...this.blocks.slice(1).reverse()];
    return openMailbox(instance, { mailboxSeed, requestPk, veilKey }, body, blocks, TODAY)!;
  }
}

const claims: Record<string, () => void> = {
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
