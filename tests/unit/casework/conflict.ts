// Who is barred from a case, and to whom it may not be passed on.
import assert from "node:assert/strict";

import type { Declaration } from "../../../crypto/ts/conflict.js";
import { EntryKind } from "../../../crypto/ts/entry.js";
import { equal, hex, NEVER, Z32 } from "../../../crypto/ts/encoding.js";
import { foldsOf } from "../../../crypto/ts/names.js";
import type { Keyring } from "../../../crypto/ts/keyring.js";
import { Lane } from "../../../crypto/ts/message.js";
import { hash, kdf, randomBytes } from "../../../crypto/ts/primitives.js";
import { State } from "../../../crypto/ts/workflow.js";
import { asFault } from "../../../service/web/src/desk-read.js";
import { barred, implicated } from "../../../service/web/src/desk-conflict.js";
import type { Claims } from "../../claims.js";
import { agreedTo, anna, body, boris, deed, guard, Held, ivan, jamila, keyring, last, type Person, stranger, TODAY } from "./held.js";

/** As a declaration comes out of the annexes: names as tokens under a key of its own. */
function declared(one: Person, told: { names?: string; agency?: string }): Declaration {
  const key = randomBytes(32);
  const names = foldsOf(told.names ?? "").map((fold) => kdf(key, "name", new TextEncoder().encode(fold)));
  const posts = told.agency ? [{ agency: told.agency, unit: new Uint8Array(0), first: 0, last: NEVER }] : [];
  return { member: one.id, key, vetting: Z32, posts, regions: [], names, languages: [], hash: Z32 };
}

const knowing = (one: Person, ...all: Declaration[]): Person => ({ ...one, declarations: new Map(all.map((each) => [hex(each.member), each])) });

export const claims: Claims = {
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
    held.write("и ещё", Lane.normal, TODAY, [anna, boris], held.receipt, new Map([["re_source", "KZ_national_guard"]])); // of the ministry that keeps order in the police
    assert.deepEqual([held.seen().referrals["to_police_internal"], held.seen().referrals["to_court"]], [["implicated"], ["ask_first"]]);
    held.handOff();
    for (const code of ["to_prosecutor", "to_court", "to_npm", "to_nobody", ""]) {
      assert.throws(() => held.act(anna, deed(EntryKind.proposal, State.referred, { code })), (error: Error) => asFault(error).slug === "referral", code);
    }
    held.act(anna, deed(EntryKind.proposal, State.referred, { code: "to_ombudsman" }));
    assert.equal(held.seen(boris).proposals[0]!.wrapFault, null);
    held.write("нет", Lane.normal, TODAY, [anna, boris], held.receipt, new Map([["consent_ombudsman", "nothing"]]));
    assert.equal(held.seen(boris).proposals[0]!.wrapFault?.slug, "referral");
  },
  "whoever lets us tell the United Nations at once has allowed it, until they answer otherwise": () => {
    const held = new Held("слова");
    const un = (...pairs: [string, string][]): string[] | undefined => {
      held.write("ещё", Lane.normal, TODAY, [anna, boris], held.receipt, new Map(pairs));
      return held.seen().referrals["to_un"];
    };
    assert.deepEqual(un(), ["not_allowed"]);
    assert.deepEqual(un(["rt_consent_un_now", "dont_know"]), ["not_allowed"]);
    assert.deepEqual(un(["rt_consent_un_now", "yes"]), []);
    assert.deepEqual(un(["consent_un_sp", "nothing"], ["consent_cat_or_hrc", "nothing"], ["rt_consent_un_now", "yes"]), ["not_allowed"]);
    assert.deepEqual([un(["rt_consent_un_now", "yes"]), un(["rt_consent_un_now", "no"])], [[], ["not_allowed"]]);
  },
  "no answer and no line of a note keeps a case from being opened or counts for another, whatever it is called": () => {
    const held = new Held("слова");
    held.write("ещё", Lane.normal, TODAY, [anna, boris], held.receipt, new Map([["constructor", "x"], ["perp.1.__proto__", "x"], ["rt_consent_un_now", "constructor"]]));
    held.post("opened");
    held.act(anna, deed(EntryKind.note, State.screening, { code: "implicated", priority: 5 }), "constructor: x\n__proto__: x\nregion: TJ-SU");
    const { coded, referrals } = held.seen(boris);
    assert.deepEqual([coded.includes("region: TJ-SU"), referrals["to_un"]], [true, ["not_allowed"]]);
  },
  "a case of which the person said that no more of us may know it is handed to nobody new, and left open it is": () => {
    const held = new Held("слова");
    const more = (level: string): void => held.write("ещё", Lane.normal, TODAY, [anna, boris], held.receipt, new Map([["consent_staff_only", level]]));
    const proposal = deed(EntryKind.proposal, State.assigned, { members: [ivan, jamila, guard].map(({ id }) => hex(id)) });
    const fault = (): string | undefined => last(held.seen(boris).proposals).wrapFault?.slug;
    held.post("opened");
    held.act(anna, deed(EntryKind.step, State.triaged));
    more("nothing");
    assert.throws(() => held.act(anna, proposal), (error: Error) => asFault(error).slug === "handing");
    more("ask_me_each_time"); // by words: the desk says so, and people ask
    held.act(anna, proposal);
    assert.equal(fault(), undefined);
    more("nothing");
    assert.equal(fault(), "handing");
    const { link } = last(held.seen(boris).proposals);
    assert.throws(() => held.act(boris, deed(EntryKind.approval, State.assigned, { cited: link })), (error: Error) => asFault(error).slug === "handing");
    more("facts_no_identity");
    assert.equal(fault(), undefined);
  },
  "whose declaration the list of keys names and nobody has is barred": () => {
    const found = implicated([["region", "KZ-75"], ["episode.2.p_agency", "KZ_knb"], ["re_source", "KZ_mia_police"], ["p_name", "dont_know"]], ["region: TJ-SU\nnonsense\nagency:"]);
    assert.deepEqual(found, { agencies: ["KZ_knb", "KZ_mia_police"], units: [], regions: ["KZ-75", "TJ-SU"], names: [], denied: [], excluded: [] });
    const named: Keyring = { ...keyring, body: { ...body, members: body.members.map((one) => (equal(one.id, ivan.id) ? { ...one, annexHash: hash(one.id) } : one)) } };
    assert.deepEqual(barred(named, new Map(), found, TODAY), [{ member: hex(ivan.id), reasons: ["undeclared"] }]);
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
  "what bars one of the unit or of the readers since they were named ends what is handed to them": () => {
    const held = new Held("слова");
    held.nameReaders([anna, boris, stranger, guard]);
    held.act(boris, agreedTo(held), "");
    held.act(anna, deed(EntryKind.step, State.triaged));
    held.act(anna, deed(EntryKind.proposal, State.assigned, { members: [ivan, jamila, guard].map(({ id }) => hex(id)) }));
    held.act(boris, deed(EntryKind.approval, State.assigned, { cited: held.seen(boris).proposals[0]!.link }));
    held.write("это был Каримов", Lane.normal, TODAY, [anna, boris], held.receipt, new Map([["never_show", "Каримова и Юсупов"]]));
    const of = (...all: Declaration[]): Person => knowing(anna, ...all);
    const grant = deed(EntryKind.grant, State.assigned);
    const kept = deed(EntryKind.readersKept, State.assigned);
    assert.throws(() => held.act(of(declared(jamila, { names: "Karimov" })), grant, ""), (error: Error) => asFault(error).slug === "barred");
    assert.throws(() => held.act(of(declared(stranger, { names: "Yusupova" })), kept, ""), (error: Error) => asFault(error).slug === "barred");
    held.act(of(declared(stranger, { names: "Yusupova" })), grant, ""); // who reads and who investigates are looked at apart
    held.act(of(declared(jamila, { names: "Karimov" })), kept, "");
    held.act(jamila, deed(EntryKind.identityAsked, State.assigned, { until: TODAY + 5, code: "court" }));
    const half = deed(EntryKind.identityAgreed, State.assigned, { cited: held.seen(anna).asks[0]!.link });
    assert.throws(() => held.act(of(declared(jamila, { names: "Karimov" })), half, ""), (error: Error) => asFault(error).slug === "barred");
  },
};
