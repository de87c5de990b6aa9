// A legal hold: by two, told to the person, in the way of an erasing and of nothing else.
import assert from "node:assert/strict";

import { EntryKind } from "../../../crypto/ts/entry.js";
import { LEGAL_HOLD_DAYS } from "../../../crypto/ts/legalhold.js";
import { Lane } from "../../../crypto/ts/message.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Deed } from "../../../service/web/src/desk-calls.js";
import type { Claims } from "../../claims.js";
import { agreedTo, anna, boris, deed, guard, Held, ivan, jamila, last, stranger, TODAY } from "./held.js";

const about = (kind: number, until: number, cited = "", state: number = State.screening): Deed => deed(kind, state, { priority: 5, until, cited, visible: kind === EntryKind.legalHoldAgreed });

function hold(held: Held, until: number, today = TODAY, state: number = State.screening): void {
  held.act(anna, about(EntryKind.legalHoldProposed, until, "", state), "суд", today);
  const { link } = last(held.seen(boris).entries);
  held.act(boris, about(EntryKind.legalHoldAgreed, until, link, state), until ? "Мы храним дело." : "Больше не храним.", today);
}

export const claims: Claims = {
  "two keep a case up to a day in words that the person reads, renew it and end it; nobody does it alone": () => {
    const held = new Held("слова");
    held.post("opened");
    const until = TODAY + LEGAL_HOLD_DAYS;
    assert.throws(() => held.act(anna, about(EntryKind.legalHoldProposed, until + 1)), { slug: "bad_state" });
    assert.throws(() => held.act(anna, about(EntryKind.legalHoldProposed, 0)), { slug: "bad_state" });
    held.act(anna, about(EntryKind.legalHoldProposed, until), "суд");
    const [waits] = held.seen(boris).holding;
    assert.deepEqual([waits!.own, held.seen(anna).holding[0]!.own, waits!.until, held.seen(boris).hold], [false, true, until, 0]);
    assert.throws(() => held.act(anna, about(EntryKind.legalHoldAgreed, until, waits!.link)), { slug: "role_not_allowed" });
    assert.throws(() => held.act(boris, about(EntryKind.legalHoldAgreed, until - 1, waits!.link)), { slug: "bad_state" });
    held.act(boris, { ...about(EntryKind.legalHoldAgreed, until, waits!.link), visible: false }, "Мы храним дело."); // whatever the desk says: it is told
    const told = held.mailbox();
    assert.deepEqual([told.replies[0]!.text, told.chain.hold, held.seen().hold, held.seen().holding], ["Мы храним дело.", until, until, []]);
    hold(held, TODAY + 9);
    assert.equal(held.seen().hold, TODAY + 9);
    hold(held, 0);
    assert.deepEqual([held.seen().hold, held.mailbox().replies[0]!.text], [0, "Больше не храним."]);
  },
  "a member of the unit asks for a hold and does not agree to one": () => {
    const held = new Held("слова");
    held.handOff();
    const place = { state: State.assigned, priority: 3 };
    held.act(ivan, { ...about(EntryKind.legalHoldProposed, TODAY + 9), ...place }, "суд");
    const { link } = held.seen(jamila).holding[0]!;
    assert.throws(() => held.act(jamila, { ...about(EntryKind.legalHoldAgreed, TODAY + 9, link), ...place }), { slug: "role_not_allowed" });
    held.act(guard, { ...about(EntryKind.refusal, 0, link), ...place }, "незачем");
    assert.deepEqual([held.seen(ivan).holding, held.seen(ivan).hold], [[], 0]);
  },
  "while a hold stands no desk proposes to erase the case, and what was proposed before it is over": () => {
    const held = new Held("слова");
    held.nameReaders([anna, boris, stranger, guard]);
    held.act(boris, agreedTo(held), "");
    held.act(anna, deed(EntryKind.proposal, State.spamQuarantine, { priority: 5 }));
    held.act(boris, deed(EntryKind.approval, State.spamQuarantine, { priority: 5, cited: held.seen(boris).proposals[0]!.link }));
    const erased = (kind: number, cited = ""): Deed => deed(kind, State.erased, { priority: 5, cited, visible: false });
    held.act(anna, erased(EntryKind.proposal), "Мы хотим стереть дело.", TODAY + 30);
    const { link } = last(held.seen(guard).entries);
    hold(held, TODAY + 60, TODAY + 31, State.spamQuarantine);
    assert.deepEqual(held.mailbox(TODAY + 31).chain.pending, []);
    for (const day of [TODAY + 60, TODAY + 61]) assert.throws(() => held.act(guard, erased(EntryKind.approval, link), "стёрто", day), { slug: "bad_state" });
    assert.throws(() => held.act(anna, erased(EntryKind.proposal), "сотрём", TODAY + 60), { slug: "bad_state" });
    held.act(anna, erased(EntryKind.proposal), "Мы снова хотим стереть дело.", TODAY + 61);
    const told = held.mailbox(TODAY + 61);
    assert.deepEqual([told.replies[0]!.text, told.chain.pending.length, told.chain.hold], ["Мы снова хотим стереть дело.", 1, 0]);
  },
  "a name goes at the person's wish while a hold stands": () => {
    const held = new Held();
    held.write("слова", Lane.normal, TODAY - 1, [anna, boris], held.receipt, new Map(), { identity: new Map([["own_name", "Имя"]]), told: [["asks", "erase"]] });
    held.post("opened");
    hold(held, TODAY + LEGAL_HOLD_DAYS);
    held.act(anna, { ...about(EntryKind.nameErasureProposed, 0, held.messages[0]!.cid) }, "просит человек");
    held.act(boris, { ...about(EntryKind.nameErasureAgreed, 0, held.seen(boris).erasing[0]!.link), visible: true }, "Имя стёрто.");
    assert.deepEqual([held.mailbox().replies[0]!.text, held.seen().hold], ["Имя стёрто.", TODAY + LEGAL_HOLD_DAYS]);
  },
};
