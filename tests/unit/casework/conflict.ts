// Who is barred from a case, and to whom it may not be passed on.
import assert from "node:assert/strict";

import type { Declaration } from "../../../crypto/ts/conflict.js";
import { BoxKind, parseBox, sealBox } from "../../../crypto/ts/box.js";
import { EntryKind, parseSignedEntry, signEntry } from "../../../crypto/ts/entry.js";
import { equal, hex, NEVER, Z32 } from "../../../crypto/ts/encoding.js";
import { foldsOf } from "../../../crypto/ts/names.js";
import type { Keyring } from "../../../crypto/ts/keyring.js";
import { Lane, parseSealed } from "../../../crypto/ts/message.js";
import { hash, kdf, kemKeypair, randomBytes } from "../../../crypto/ts/primitives.js";
import { State } from "../../../crypto/ts/workflow.js";
import { asFault } from "../../../service/web/src/desk-barred.js";
import { COOLING_DAYS } from "../../../service/web/src/desk-consent.js";
import { barred, implicated } from "../../../service/web/src/desk-conflict.js";
import type { Claims } from "../../claims.js";
import { agreedTo, anna, body, boris, deed, guard, Held, instance, ivan, jamila, keyring, last, type Person, stranger, TODAY } from "./held.js";

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
    const held = new Held();
    held.tell(["p_agency", "KZ_prosecutor"], ["consent_prosecutor", "facts_no_identity"], ["consent_ombudsman", "with_identity"], ["consent_court", "ask_me_each_time"], ["consent_npm", "with_identity"]);
    held.tell(["consent_npm", "nothing"]);
    const { referrals } = held.seen();
    assert.deepEqual(
      ["to_prosecutor", "to_ombudsman", "to_court", "to_npm", "to_embassy"].map((one) => referrals[one]), [["implicated"], [], ["ask_first"], ["not_allowed"], ["not_allowed"]],
    );
    held.tell(["re_source", "KZ_national_guard"]); // of the ministry that keeps order in the police
    assert.deepEqual([held.seen().referrals["to_police_internal"], held.seen().referrals["to_court"]], [["implicated"], ["ask_first"]]);
    held.handOff();
    for (const code of ["to_prosecutor", "to_court", "to_npm", "to_nobody", ""]) {
      assert.throws(() => held.act(anna, deed(EntryKind.proposal, State.referred, { code })), (error: Error) => asFault(error).slug === "referral", code);
    }
    held.act(anna, deed(EntryKind.proposal, State.referred, { code: "to_ombudsman" }));
    assert.equal(held.seen(boris).proposals[0]!.wrapFault, null);
    held.tell(["consent_ombudsman", "nothing"]);
    const { link, wrapFault } = held.seen(boris).proposals[0]!;
    assert.equal(wrapFault?.slug, "referral");
    const approval = deed(EntryKind.approval, State.referred, { cited: link });
    for (const [who, slug] of [[boris, "referral"], [guard, "unread"]] as const) { // the unit was not given that message yet
      assert.throws(() => held.act(who, approval), (error: Error) => asFault(error).slug === slug, slug);
    }
    // in it the person may have allowed anything as well: that they did not is not said to whoever cannot open it
    assert.deepEqual([held.seen(guard).referrals["to_embassy"], held.seen(guard).referrals["to_prosecutor"]], [["unread"], ["unread", "implicated"]]);
    held.tell(["consent_embassy", "nothing"]);
    assert.equal(held.seen(guard).proposals[0]!.wrapFault?.slug, "unread");
  },
  "in a case that was passed on a lower priority goes to nobody, and is proposed and agreed to like any": () => {
    const held = new Held();
    held.tell(["consent_ombudsman", "with_identity"]);
    held.handOff();
    held.act(anna, deed(EntryKind.proposal, State.referred, { code: "to_ombudsman" }));
    held.act(guard, deed(EntryKind.approval, State.referred, { cited: held.seen(guard).proposals[0]!.link }));
    held.act(anna, deed(EntryKind.proposal, State.referred, { priority: 4 }));
    const { link, wrapFault } = held.seen(boris).proposals[0]!;
    assert.equal(wrapFault, null);
    held.act(boris, deed(EntryKind.approval, State.referred, { cited: link, priority: 4 }));
    assert.equal(held.seen().place.priority, 4);
  },
  "whoever lets us tell the United Nations at once has allowed it, until they answer otherwise; then it takes its time": () => {
    const held = new Held("слова");
    const un = (...pairs: [string, string][]): string[] | undefined => {
      held.tell(...pairs);
      held.post("opened");
      return held.seen().referrals["to_un"];
    };
    assert.deepEqual(un(), ["not_allowed"]);
    assert.deepEqual(un(["rt_consent_un_now", "dont_know"]), ["not_allowed"]);
    assert.deepEqual(un(["rt_consent_un_now", "yes"]), []);
    assert.deepEqual(un(["consent_un_sp", "nothing"], ["consent_cat_or_hrc", "nothing"], ["rt_consent_un_now", "yes"]), ["not_allowed"]);
    assert.deepEqual(un(["rt_consent_un_now", "yes"]), ["waits"]);
    held.post("text");
    assert.deepEqual([held.seen().referrals["to_un"], held.seen(anna, held.request(), TODAY + COOLING_DAYS).referrals["to_un"]], [["waits"], []]);
    assert.deepEqual(un(["rt_consent_un_now", "no"]), ["not_allowed"]);
  },
  "a wider answer counts days after somebody opened it and wrote to the person, and is neither proposed nor approved before": () => {
    const held = new Held("слова");
    const [later, before] = [TODAY + COOLING_DAYS, TODAY + COOLING_DAYS - 1];
    const court = (today: number) => held.seen(anna, held.request(), today).consents.get("court");
    const proposal = deed(EntryKind.proposal, State.referred, { code: "to_court" });
    const slug = (action: () => void): string => {
      try {
        action();
      } catch (error) {
        return asFault(error).slug;
      }
      return "";
    };
    held.post("opened");
    held.act(anna, deed(EntryKind.step, State.triaged));
    held.tell(["consent_court", "facts_no_identity"]);
    held.post("text", anna, {}, held.request(held.messages.slice(0, 1))); // by a desk that does not know of it yet
    assert.deepEqual(court(later)?.waits, [{ level: "facts_no_identity", lacks: "open", until: 0 }]);
    held.act(boris, deed(EntryKind.note, State.triaged)); // whoever signs on what is there has opened it
    assert.equal(court(later)?.waits[0]?.lacks, "ask");
    held.act(boris, deed(EntryKind.note, State.triaged), "между собой");
    assert.equal(court(later)?.waits[0]?.lacks, "ask"); // nobody but staff reads a note
    held.post("text", boris);
    assert.deepEqual([court(before)?.waits[0], court(later)?.level, court(later)?.since], [{ level: "facts_no_identity", lacks: "days", until: later }, "facts_no_identity", later]);
    assert.equal(slug(() => held.act(anna, proposal, "суд", before)), "waits");
    held.act(anna, proposal, "суд", later); // by a clock that is ahead
    const fault = (today: number): string | undefined => held.seen(boris, held.request(), today).proposals[0]?.wrapFault?.slug;
    assert.deepEqual([fault(before), fault(later)], ["waits", undefined]); // whoever approves tests it again, on their own day
    const { link } = held.seen(boris, held.request(), before).proposals[0]!;
    const approval = deed(EntryKind.approval, State.referred, { cited: link });
    assert.equal(slug(() => held.act(boris, approval, "суд", before)), "waits");
    held.tell(["consent_court", "nothing"]);
    assert.deepEqual([fault(later), slug(() => held.act(boris, approval, "суд", later))], ["referral", "referral"]);
    held.act(boris, deed(EntryKind.note, State.triaged), "взято назад", later);
    const without = held.seen(boris, held.request(held.messages.slice(0, -1)), later); // by a server that keeps that back
    assert.deepEqual([without.referrals["to_court"], without.proposals[0]!.wrapFault?.slug], [["unread"], "unread"]);
  },
  "no answer and no line of a note keeps a case from being opened or counts for another, whatever it is called": () => {
    const held = new Held("слова");
    held.write("ещё", Lane.normal, TODAY, [anna, boris], held.receipt, new Map([["constructor", "x"], ["perp.1.__proto__", "x"], ["rt_consent_un_now", "constructor"]]));
    held.post("opened");
    held.act(anna, deed(EntryKind.note, State.screening, { code: "implicated", priority: 5 }), "constructor: x\n__proto__: x\nregion: TJ-SU");
    const { coded, referrals } = held.seen(boris);
    assert.deepEqual([coded.includes("region: TJ-SU"), referrals["to_un"]], [true, ["not_allowed"]]);
  },
  "only an entry that counts, and of which it is certain which messages its signer knew, opens one or asks": () => {
    const held = new Held("слова");
    const lacks = (scope: string, request = held.request()): string | undefined => held.seen(anna, request).consents.get(scope)?.waits[0]?.lacks;
    held.tell(["consent_court", "facts_no_identity"]);
    held.post("opened");
    held.tell(["consent_npm", "facts_no_identity"]);
    assert.deepEqual([lacks("court"), lacks("npm")], ["ask", "open"]);
    const [first, court, npm] = held.messages;
    assert.equal(lacks("npm", held.request([first!, npm!, court!])), "open"); // listed by a server that says that it came before
    held.act(anna, deed(EntryKind.text, State.screening, { priority: 5 }), "слова", TODAY + 2); // of a day that is nobody's yet
    assert.equal(last(held.seen().entries).verdict, "void");
    assert.equal(lacks("court"), "ask");
    assert.equal(held.seen(anna, held.request(), TODAY + 2).consents.get("court")?.waits[0]?.lacks, "days");
  },
  "words that are not sealed to the person, or no answer to them, ask nobody": () => {
    const held = new Held("слова");
    held.tell(["consent_court", "facts_no_identity"]);
    held.post("opened");
    held.post("text");
    const lacks = (): string | undefined => held.seen().consents.get("court")?.waits[0]?.lacks;
    assert.equal(lacks(), "days");
    held.posted.pop();
    const { cid } = parseSealed(instance, held.messages[0]!.data);
    const [staff, person] = [kemKeypair(randomBytes(32)).pk, held.receipt.mailboxPk];
    for (const [kind, boxKind, pks] of [[EntryKind.text, BoxKind.text, [staff]], [EntryKind.note, BoxKind.note, [staff, person]]] as const) {
      const box = sealBox({ instance, cid, kind: boxKind, parent: Z32, author: anna.id, day: TODAY, keyringHash: keyring.hash }, anna.signingSeed, [...pks], "ru", "слова", "");
      const before = parseSignedEntry(last(held.posted).entry);
      const entry = { ...before, seq: before.seq + 1, prev: before.link, kind, boxHash: parseBox(box).hash, cited: Z32 };
      held.posted.push({ entry: signEntry(entry, anna.signingSeed), box, card: new Uint8Array(0) });
      assert.deepEqual([last(held.seen().entries).verdict, lacks()], ["counts", "ask"]);
    }
  },
  "a case of which the person said that no more of us may know it is handed to nobody new, and left open it is": () => {
    const held = new Held("слова");
    const more = (level: string): void => {
      held.tell(["consent_staff_only", level]);
      held.post("opened");
    };
    const proposal = deed(EntryKind.proposal, State.assigned, { members: [ivan, jamila, guard].map(({ id }) => hex(id)) });
    const fault = (today = TODAY): string | undefined => last(held.seen(boris, held.request(), today).proposals).wrapFault?.slug;
    held.post("opened");
    held.act(anna, deed(EntryKind.step, State.triaged));
    more("ask_me_each_time"); // by words: the desk says so, and people ask
    held.act(anna, proposal);
    assert.equal(fault(), undefined);
    more("nothing");
    assert.equal(fault(), "handing");
    const { link } = last(held.seen(boris).proposals);
    const approval = deed(EntryKind.approval, State.assigned, { cited: link });
    assert.throws(() => held.act(boris, approval), (error: Error) => asFault(error).slug === "handing");
    assert.throws(() => held.act(anna, proposal), (error: Error) => asFault(error).slug === "handing");
    more("facts_no_identity");
    assert.equal(fault(), "waits");
    held.post("text");
    assert.throws(() => held.act(boris, approval), (error: Error) => asFault(error).slug === "waits");
    assert.throws(() => held.act(anna, proposal), (error: Error) => asFault(error).slug === "waits");
    assert.equal(fault(TODAY + COOLING_DAYS), undefined);
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
