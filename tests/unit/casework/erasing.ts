// Old slots, names and whole cases: what lets them go, and what is told where they went without it.
import assert from "node:assert/strict";

import { EntryKind, parseSignedEntry, signEntry } from "../../../crypto/ts/entry.js";
import { type Bytes, decode, encode, equal, hex, join, Z32 } from "../../../crypto/ts/encoding.js";
import { Lane, parseSealed, SLOT } from "../../../crypto/ts/message.js";
import { hash, randomBytes } from "../../../crypto/ts/primitives.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Deed } from "../../../service/web/src/desk-calls.js";
import type { Claims } from "../../claims.js";
import { agreedTo, anna, boris, deed, fileOf, guard, Held, instance, ivan, jamila, last, maria, stranger, TODAY } from "./held.js";

/** A message as a server keeps it that let its reader slots go, or the identity (SPEC 6.12). */
function without(part: "slots" | "identity", data: Bytes): Bytes {
  const fields = decode("sealed-message", new Array<null>(12).fill(null), data);
  const slots = fields[3]!;
  if (part === "slots") fields[3] = join(...Array.from({ length: 8 }, (_, n) => hash(slots.subarray(n * SLOT, (n + 1) * SLOT))));
  else [fields[5], fields[7]] = [hash(fields[5]!), hash(fields[7]!)];
  return encode("sealed-message", ...fields);
}

export const claims: Claims = {
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
      assert.equal(held.seen(boris).erasing[0]!.asked, false);
      held.posted.pop();
    }
    held.posted.push(honest);
    assert.equal(held.seen(boris).erasing[0]!.asked, true);
    agree();
  },
};
