// The sealed name and the files: who asks for them, who opens them, what is said of it.
import assert from "node:assert/strict";

import { encodeEvidence, type EvidenceItem } from "../../../crypto/ts/account.js";
import { EntryKind } from "../../../crypto/ts/entry.js";
import { hex } from "../../../crypto/ts/encoding.js";
import { Lane } from "../../../crypto/ts/message.js";
import { State } from "../../../crypto/ts/workflow.js";
import { openName } from "../../../service/web/src/desk-compose.js";
import { openedLine, readCustody } from "../../../service/web/src/desk-custody.js";
import type { Claims } from "../../claims.js";
import { anna, boris, deed, fileOf, Held, ivan, jamila, keeper, keyring, last, type Person, TODAY } from "./held.js";

const manifest = (...files: EvidenceItem[]): string => hex(encodeEvidence(files));

export const claims: Claims = {
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
  "no half of the way to a name goes to who asked for it and stepped back since": () => {
    const held = new Held("слова");
    held.handOff();
    for (let n = 0; n < 2; n += 1) held.act(ivan, deed(EntryKind.identityAsked, State.assigned, { until: TODAY + 5, code: "court" }), "для суда");
    const [one, two] = held.seen(anna).asks.map(({ link }) => link);
    held.act(boris, deed(EntryKind.identityAgreed, State.assigned, { cited: one! }), "");
    held.act(ivan, deed(EntryKind.recusal, State.assigned), "");
    assert.throws(() => held.act(boris, deed(EntryKind.identityAgreed, State.assigned, { cited: two! }), ""), { slug: "role_not_allowed" });
    assert.throws(() => held.act(keeper, deed(EntryKind.identityGranted, State.assigned, { cited: one! }), ""), { slug: "role_not_allowed" });
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
};
