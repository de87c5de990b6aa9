// What a unit reads that a case was handed to, who of it has the case, and who may agree to it.
import assert from "node:assert/strict";

import { BoxKind, intakeInbox, parseBox, sealWrap } from "../../../crypto/ts/box.js";
import { encodeCard } from "../../../crypto/ts/card.js";
import { EntryKind, messagesHead, parseSignedEntry, signEntry } from "../../../crypto/ts/entry.js";
import { type Bytes, hex, Z32 } from "../../../crypto/ts/encoding.js";
import { accountKey, Lane, openMessage, parseSealed } from "../../../crypto/ts/message.js";
import { hash, kemKeypair, randomBytes } from "../../../crypto/ts/primitives.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Deed } from "../../../service/web/src/desk-calls.js";
import { namedBy } from "../../../service/web/src/desk-read.js";
import type { Fault } from "../../../service/web/src/desk-opened.js";
import type { Claims } from "../../claims.js";
import { agreedTo, anna, boris, deed, guard, Held, instance, ivan, jamila, keyring, last, outsider, pavel, person, type Person, stranger, TODAY } from "./held.js";

export const claims: Claims = {
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
  "the person reads on when the newest entries begin in a suspension that is over": () => {
    const held = new Held("слова");
    held.handOff();
    held.claim(ivan, ivan, jamila);
    held.act(ivan, deed(EntryKind.step, State.inquiry));
    for (const [state, until] of [[State.investigation, 0], [State.suspended, TODAY + 1]] as const) {
      held.act(ivan, deed(EntryKind.proposal, state, { until }));
      held.act(guard, deed(EntryKind.approval, state, { until, cited: held.seen(guard).proposals[0]!.link }));
    }
    const { cid } = parseSealed(instance, held.messages[0]!.data);
    for (let n = 0; n < 40; n += 1) { // of forty-one entries the person is given forty
      const { seq, link } = parseSignedEntry(last(held.posted).entry);
      const entry = {
        instance, cid, seq: seq + 1, prev: link, kind: EntryKind.opened, state: State.suspended, day: TODAY, until: 0, actor: anna.id,
        boxHash: Z32, cited: Z32, keyringHash: keyring.hash, messages: messagesHead([cid]), priority: 3,
      };
      held.posted.push({ entry: signEntry(entry, anna.signingSeed), box: new Uint8Array(0), card: new Uint8Array(0) });
    }
    held.act(anna, deed(EntryKind.opened, State.investigation), "", TODAY + 2);
    const { chain, state } = held.mailbox(TODAY + 2);
    assert.deepEqual([chain.entries.length, chain.entries[0]!.state, state], [40, State.suspended, State.investigation]);
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
  "what came since goes to who is left of the unit, and whoever did not step back is not left out": () => {
    const held = new Held("слова");
    held.handOff();
    held.write("ещё слова");
    held.act(ivan, deed(EntryKind.recusal, State.assigned), "");
    held.act(anna, deed(EntryKind.grant, State.assigned), "");
    held.act(anna, deed(EntryKind.grant, State.assigned), ""); // the one after it follows the one that left them out
    const posted = [...held.posted];
    for (const one of posted.slice(-2)) assert.deepEqual(namedBy(parseBox(one.box), keyring).sort(), [guard, jamila].map(({ id }) => hex(id)).sort());
    assert.deepEqual(held.seen(anna).entries.slice(-2).map(({ textFault }) => textFault), [null, null]);
    assert.deepEqual(held.seen(jamila).messages[1]!.answers, [["story", "ещё слова"]]);
    assert.equal(held.open(ivan).reaches, false);
    held.posted.splice(-3, 3); // nobody stepped back: the same wrap is one to other readers
    const { box, entry } = posted[posted.length - 1]!;
    const { cid, messages } = parseSignedEntry(entry);
    const alone = { instance, cid, seq: held.posted.length, prev: parseSignedEntry(last(held.posted).entry).link, kind: EntryKind.grant, state: State.assigned, day: TODAY, until: 0, actor: anna.id, boxHash: parseBox(box).hash, cited: Z32, keyringHash: keyring.hash, messages, priority: 3 };
    held.posted.push({ entry: signEntry(alone, anna.signingSeed), box, card: new Uint8Array(0) });
    assert.equal(last(held.seen(boris).entries).textFault?.slug, "wrong_case");
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
  "a priority alone is known from a move, also as the first entry and where a suspension has ended by itself": () => {
    const held = new Held("слова");
    const [then, back] = [TODAY - 9, TODAY - 5];
    const act = (by: Person, kind: number, state: number, change: Partial<Deed> = {}, day = then): void => held.act(by, deed(kind, state, { cited: kind === EntryKind.approval ? held.seen(by).proposals[0]!.link : "", ...change }), "причина", day);
    act(anna, EntryKind.step, State.screening, { priority: 4 });
    act(anna, EntryKind.step, State.triaged);
    act(anna, EntryKind.proposal, State.assigned, { members: [ivan, jamila, guard].map(({ id }) => hex(id)) });
    act(boris, EntryKind.approval, State.assigned);
    act(ivan, EntryKind.claimed, State.assigned, { members: [ivan, jamila].map(({ id }) => hex(id)) });
    act(ivan, EntryKind.step, State.inquiry);
    for (const [state, until] of [[State.investigation, 0], [State.suspended, back]] as const) {
      act(ivan, EntryKind.proposal, state, { until, code: until ? "forensic_pending" : "" });
      act(guard, EntryKind.approval, state, { until });
    }
    act(ivan, EntryKind.step, State.investigation, { priority: 2 }, TODAY);
    act(ivan, EntryKind.proposal, State.investigation, { priority: 4 }, TODAY);
    act(guard, EntryKind.approval, State.investigation, { priority: 4 }, TODAY);
    const alone = [0, 10, 11, 12];
    assert.deepEqual(held.seen().entries.flatMap(({ seq, moved }) => (moved ? [] : [seq])), alone);
    assert.deepEqual(held.mailbox().chain.alone, alone);
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
    assert.throws(() => held.act(boris, deed(EntryKind.unitProposed, State.inquiry, { members: [ivan, jamila, guard].map(({ id }) => hex(id)) })), { slug: "role_not_allowed" });
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
};
