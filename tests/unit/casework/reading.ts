// What a desk reads and answers, and what it notices of a server that changes, drops or exchanges something.
import assert from "node:assert/strict";

import { parseBox } from "../../../crypto/ts/box.js";
import { EntryKind, parseSignedEntry } from "../../../crypto/ts/entry.js";
import { encodePostedEntries, parsePost, parsePostedEntries, type PostedEntry } from "../../../crypto/ts/posts.js";
import { type Bytes, cut, decode, encode, equal, hex, join } from "../../../crypto/ts/encoding.js";
import { ProtocolError } from "../../../crypto/ts/errors.js";
import { unveil } from "../../../crypto/ts/mailbox.js";
import { Lane } from "../../../crypto/ts/message.js";
import { hash } from "../../../crypto/ts/primitives.js";
import { State } from "../../../crypto/ts/workflow.js";
import { composePost } from "../../../service/web/src/desk-compose.js";
import { Recall } from "../../../service/web/src/desk-recall.js";
import type { Claims } from "../../claims.js";
import { anna, boris, deed, Held, instance, keyring, NO_CHECK, person, stranger, TODAY } from "./held.js";

export const claims: Claims = {
  "a reader sees the words and a stranger sees nothing": () => {
    const held = new Held("слова");
    assert.deepEqual(held.seen().messages[0]!.answers, [["story", "слова"]]);
    assert.deepEqual(held.open(stranger), { reaches: false, fault: null, opened: null });
  },
  "what opened a message opens it again without a slot being tried, and opens neither another nor one whose slots are gone": () => {
    const held = new Held("слова", "ещё");
    const reader = { ...person(), ceks: new Map<string, Bytes>() };
    assert.equal(held.open(reader).reaches, false);
    assert.equal(reader.ceks.size, 0);
    held.seen(anna);
    const [first, second] = held.messages.map(({ cid }) => anna.ceks.get(cid)!);
    const [a, b] = held.messages;
    reader.ceks.set(a!.cid, first!);
    assert.deepEqual(held.seen(reader).messages.map(({ answers, fault }) => [answers.length, fault?.slug]), [[1, undefined], [0, "not_a_recipient"]]);
    reader.ceks.set(a!.cid, second!);
    assert.equal(held.open(reader).fault?.slug, "commitment_mismatch");
    reader.ceks.set(a!.cid, first!);
    const fields = decode("sealed-message", new Array<null>(12).fill(null), a!.data) as Bytes[];
    fields[3] = join(...cut(fields[3]!, ...new Array<number>(8).fill(1168)).map((slot) => hash(slot)));
    const slim = held.request([{ ...a!, data: encode("sealed-message", ...fields) }, b!]);
    assert.equal(held.open(reader, slim).reaches, false);
  },
  "what was opened of these very bytes is not opened again, and of others it is": () => {
    let opened = 0;
    class Counting extends Recall {
      override of<T>(sealed: Parameters<Recall["of"]>[0], how: string, by: readonly Bytes[], open: () => T): T {
        return super.of(sealed, how, by, () => {
          opened += 1;
          return open();
        });
      }
    }
    const held = new Held("слова");
    held.post("text", anna, { text: "ответ" });
    const reader = { ...boris, ceks: new Map<string, Bytes>(), recall: new Counting() };
    const texts = (request?: Parameters<Held["open"]>[1]): unknown[] => {
      const { opened: shown } = held.open(reader, request);
      return [shown?.messages[0]?.answers[0]?.[1], ...shown!.entries.map(({ text, textFault }) => textFault?.slug ?? text)];
    };
    assert.deepEqual([texts(), texts()], [["слова", "ответ"], ["слова", "ответ"]]); // the second time by the CEK
    opened = 0;
    assert.deepEqual([texts(), opened], [["слова", "ответ"], 0]);
    const [{ box }] = held.posted as [PostedEntry];
    for (const at of [300, box.length - 100, box.length - 1]) { // a slot, the body, the signature
      box[at]! ^= 1;
      assert.notEqual(texts()[1], "ответ");
      box[at]! ^= 1;
    }
    assert.ok(opened >= 1);
    const { data } = held.messages[0]!;
    data[data.length - 1]! ^= 1;
    assert.deepEqual(held.open(reader).fault?.slug, "bad_signature");
    data[data.length - 1]! ^= 1;
    assert.deepEqual(texts(), ["слова", "ответ"]);
  },
  "what the protocol has against bytes is remembered, a fault of the program is not, and old bytes make room": () => {
    const held = new Held("слова", "ещё");
    const [first, second] = held.messages.map(({ data }) => data) as [Bytes, Bytes];
    const recall = new Recall();
    const sealed = recall.message(instance, first);
    assert.equal(recall.message(instance, first.slice()), sealed);
    const thrown = (error: Error, how: string): number => {
      let times = 0;
      for (let n = 0; n < 2; n += 1) {
        assert.throws(() => recall.of(sealed, how, [], () => {
          times += 1;
          throw error;
        }), error);
      }
      return times;
    };
    assert.deepEqual([thrown(new ProtocolError("not_a_recipient", ""), "slot"), thrown(new Error("out of memory"), "words")], [1, 2]);
    assert.deepEqual([recall.of(sealed, "a", [new Uint8Array(1)], () => 1), recall.of(sealed, "a", [new Uint8Array(2)], () => 2), recall.of(sealed, "a", [new Uint8Array(1)], () => 3)], [1, 2, 1]);
    const small = new Recall(first.length + second.length);
    const before = small.message(instance, first);
    small.message(instance, second);
    assert.notEqual(small.message(instance, first), before);
    recall.forget();
    assert.notEqual(recall.message(instance, first), sealed);
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
  "a step with words for the person answers them, one without does not": () => {
    const held = new Held("слова");
    held.post("opened");
    held.act(anna, deed(EntryKind.step, State.triaged, { visible: false }));
    assert.deepEqual([held.seen().acknowledged, held.seen().unanswered], [false, 1]);
    held.act(anna, deed(EntryKind.step, State.triaged, { priority: 1 }));
    assert.deepEqual([held.seen().acknowledged, held.seen().unanswered], [true, 0]);
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
