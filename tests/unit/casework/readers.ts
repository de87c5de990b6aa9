// Other readers, named by two: what they read, and what one alone cannot do.
import assert from "node:assert/strict";

import type { MessageKey } from "../../../crypto/ts/box.js";
import { EntryKind } from "../../../crypto/ts/entry.js";
import { type Bytes, hex } from "../../../crypto/ts/encoding.js";
import { Lane, openMessage, parseSealed } from "../../../crypto/ts/message.js";
import { randomBytes } from "../../../crypto/ts/primitives.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Self } from "../../../service/web/src/desk-read.js";
import type { Claims } from "../../claims.js";
import { agreedTo, anna, boris, deed, guard, Held, instance, ivan, jamila, last, maria, person, stranger, TODAY } from "./held.js";

export const claims: Claims = {
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
  "whoever stepped back is named by nobody again, not where it was proposed before either": () => {
    const held = new Held();
    held.write("слова", Lane.normal, TODAY - 1, [anna, boris, maria]);
    held.nameReaders([anna, boris, maria, guard]);
    held.act(maria, deed(EntryKind.recusal, State.screening, { priority: 5 }), "");
    assert.equal(held.seen(boris).changes[0]!.fault?.slug, "role_not_allowed");
    assert.throws(() => held.act(boris, agreedTo(held), ""), { slug: "role_not_allowed" });
    assert.throws(() => held.nameReaders([anna, boris, maria, guard]), { slug: "role_not_allowed" });
    held.nameReaders([anna, boris, stranger, guard]);
    held.act(boris, deed(EntryKind.readersAgreed, State.screening, { cited: last(held.seen(boris).changes).link, priority: 5 }), "");
    assert.equal(held.seen(stranger).messages[0]!.fault, null);
  },
};
