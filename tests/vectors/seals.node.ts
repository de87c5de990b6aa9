// The writing half of crypto/ts for the cross tests: a request a line, {op, in}, an answer a line. Test code: nothing is checked.
import { AccountKind } from "../../crypto/ts/account.js";
import { sealBox, withholdSlots } from "../../crypto/ts/box.js";
import { sealDraft } from "../../crypto/ts/draft.js";
import { encodeCase } from "../../crypto/ts/case.js";
import { messagesHead, parseSignedEntry, signEntry } from "../../crypto/ts/entry.js";
import { encodePostedEntries } from "../../crypto/ts/posts.js";
import { BEGINNING } from "../../crypto/ts/walk.js";
import { type Bytes, encode, hex } from "../../crypto/ts/encoding.js";
import { encodeKemKeys, signEnrolment } from "../../crypto/ts/enrolment.js";
import { sealEvidence } from "../../crypto/ts/evidence.js";
import { encodeKeyring, sealKeyring } from "../../crypto/ts/keyring.js";
import { dummyBlock, sealReply, sealStatus } from "../../crypto/ts/mailbox.js";
import { sealKeyfile, signIn, signStaffRequest } from "../../crypto/ts/members.js";
import { prepareSlots, sealMessage } from "../../crypto/ts/message.js";
import { kemEncapsulate, signingPk } from "../../crypto/ts/primitives.js";
import { newCode, receiptFromK0, showCode } from "../../crypto/ts/receipt.js";
import { makeNonce, type Purpose, type Route, signMailboxRequest } from "../../crypto/ts/requests.js";
import { encodeFirstRoots, encodeRootChange, encodeRootSet, encodeSignatures, parseFirstRoots, parseRootSet, signAsRoot } from "../../crypto/ts/roots.js";

const b = (value: string): Bytes => Uint8Array.from(Buffer.from(value, "hex"));
const all = (values: string[]): Bytes[] => values.map(b);
const answers = (pairs: [string, string][]) => new Map(pairs);

const OPS: Record<string, (i: never) => unknown> = {
  encapsulate: (i: { pk: string; random: string }) => {
    const { ct, shared } = kemEncapsulate(b(i.pk), b(i.random));
    return { ct: hex(ct), shared: hex(shared) };
  },
  code: () => ({ digits: newCode(), shown: showCode(newCode()) }),
  roots: (i: { seeds: string[]; random: string; threshold: number; version: number; name: string }) => {
    const roots = i.seeds.map((seed, n) => ({ pk: signingPk(b(seed)), organisation: i.name + n }));
    return hex(encodeFirstRoots(encodeRootSet(i.version, i.threshold, roots), b(i.random)).encoded);
  },
  change: (i: { instance: string; held: string; next: string; seeds: string[] }) => {
    const change = encodeRootChange(b(i.instance), parseRootSet(b(i.held)), parseRootSet(b(i.next)));
    const signatures = all(i.seeds).map((seed) => signAsRoot(signingPk(seed), seed, change));
    return hex(encode("signed-root-change", change, encodeSignatures(signatures)));
  },
  keyring: (i: { seeds: string[]; instance: string; roots: string; version: number; day: number; members: Member[]; formers: Former[] }) => {
    const body = encodeKeyring({
      instance: b(i.instance), version: i.version, notBefore: i.day, expires: i.day + 45, prev: new Uint8Array(32),
      rootsHash: parseRootSet(b(i.roots)).hash, policy: { minimumSuite: 1, readers: 5, minimumReaders: 4, grace: 30 },
      groups: [{ id: "abroad", kind: 0, countries: ["UZ", "KZ"] }, { id: "home", kind: 0, countries: [] }, { id: "unit-a", kind: 1, countries: [] }],
      members: i.members.map((m) => ({
        id: b(m.id), role: m.role, group: m.group, flags: m.flags, signingPk: b(m.signing_pk), kemHash: b(m.kem_hash),
        annexHash: new Uint8Array(32), from: i.day - 1, until: i.day + 400,
      })),
      formers: i.formers.map((f) => ({
        id: b(f.id), role: f.role, signingPk: b(f.signing_pk), first: f.first, last: f.last, compromisedSince: f.since,
      })),
    });
    return hex(sealKeyring(body, all(i.seeds).map((seed) => signAsRoot(signingPk(seed), seed, body.encoded))));
  },
  kem_keys: (i: { instance: string; pks: string[] }) => hex(encodeKemKeys(b(i.instance), all(i.pks))),
  enrolment: (i: { instance: string; id: string; role: number; group: string; seed: string; kem_pk: string }) => hex(signEnrolment(
    b(i.instance), { id: b(i.id), role: i.role, group: i.group, flags: 0, signingPk: signingPk(b(i.seed)), kemPk: b(i.kem_pk) }, b(i.seed),
  )),
  message: (i: Message) => {
    const content = { kind: AccountKind.complaint, day: i.day, language: i.language, answers: answers(i.answers), evidence: [] };
    const keyring = { instance: b(i.instance), version: i.version, hash: b(i.keyring_hash) };
    const receipt = receiptFromK0(b(i.instance), b(i.k0));
    const slots = prepareSlots(all(i.readers), all(i.custodians), all(i.units));
    return hex(sealMessage(slots, receipt, keyring, i.lane, content, answers(i.identity), answers(i.intake)));
  },
  evidence: (i: { instance: string; data: string }) => {
    const { uploadId, key, blob, plaintextHash, size } = sealEvidence(b(i.instance), b(i.data));
    return { upload_id: hex(uploadId), key: hex(key), blob: hex(blob), plaintext_hash: hex(plaintextHash), size };
  },
  box: (i: Box) => hex(sealBox(boxFields(i), b(i.seed), all(i.recipients), i.language, i.text)),
  withhold: (i: { box: string; pk: string }) => hex(withholdSlots(b(i.box), b(i.pk))),
  entry: (i: Entry) => hex(signEntry({
    instance: b(i.instance), cid: b(i.cid), seq: i.seq, prev: b(i.prev), kind: i.kind, state: 1, day: i.day, until: 0, actor: b(i.actor),
    boxHash: b(i.box_hash), cited: b(i.cited), keyringHash: b(i.keyring_hash), messages: messagesHead(all(i.messages)), priority: 5,
  }, b(i.seed))),
  status: (i: Status) => hex(sealStatus({
    instance: b(i.instance), cid: b(i.cid), writeSignature: b(i.write_signature), messages: all(i.messages),
    start: BEGINNING, entries: all(i.entries).map(parseSignedEntry), day: i.day,
    author: b(i.author), card: new Uint8Array(0),
  }, b(i.seed), mailbox(i))),
  reply: (i: Reply) => hex(sealReply(b(i.instance), i.precede, b(i.entry), b(i.box), mailbox(i))),
  dummy: (i: { server_key: string; lookup: string; index: number }) => hex(dummyBlock(b(i.server_key), b(i.lookup), i.index)),
  nonce: (i: { server_key: string; purpose: Purpose; expiry: number }) => hex(makeNonce(b(i.server_key), i.purpose, i.expiry)),
  request: (i: { instance: string; k0: string; route: Route; body: string; nonce: string }) =>
    hex(signMailboxRequest(b(i.instance), receiptFromK0(b(i.instance), b(i.k0)), i.route, b(i.body), b(i.nonce))),
  keyfile: async (i: Keyfile) => {
    const firstRoots = parseFirstRoots(b(i.first_roots));
    const fields = { member: b(i.member), role: i.role, signingSeed: b(i.signing_seed), kemSeed: b(i.kem_seed), firstRoots, roots: firstRoots.roots };
    return hex(await sealKeyfile(fields, i.passphrase, { memory: 19456, time: 2, lanes: 1 }));
  },
  signin: (i: { instance: string; origin: string; nonce: string; member: string; session_pk: string; seed: string }) =>
    hex(signIn(b(i.instance), i.origin, b(i.nonce), b(i.member), b(i.session_pk), b(i.seed))),
  staff: (i: { instance: string; session: string; method: string; path: string; body: string; nonce: string; seed: string }) =>
    hex(signStaffRequest(b(i.instance), { session: b(i.session), method: i.method, path: i.path, body: b(i.body), nonce: b(i.nonce) }, b(i.seed))),
  draft: (i: { instance: string; member: string; pk: string; text: string }) => hex(sealDraft(b(i.instance), b(i.member), b(i.pk), i.text)),
  case: (i: { instance: string; keyrings: string[]; messages: string[]; posted: [string, string][] }) => hex(encodeCase(
    b(i.instance), all(i.keyrings), all(i.messages), i.posted.map(([entry, box]) => ({ entry: b(entry), box: b(box), card: new Uint8Array(0) })),
  )),
  posted: (i: { posted: [string, string][] }) => hex(encodePostedEntries(i.posted.map(([entry, box]) => ({ entry: b(entry), box: b(box), card: new Uint8Array(0) })))),
};

interface Member { id: string; role: number; group: string; flags: number; signing_pk: string; kem_hash: string }
interface Former { id: string; role: number; signing_pk: string; first: number; last: number; since: number }
interface Message {
  instance: string; version: number; keyring_hash: string; k0: string; lane: number; day: number; language: string;
  readers: string[]; custodians: string[]; units: string[]; answers: [string, string][]; identity: [string, string][]; intake: [string, string][];
}
interface Box {
  instance: string; cid: string; kind: number; parent: string; author: string; day: number; keyring_hash: string; seed: string;
  recipients: string[]; language: string; text: string;
}
interface Entry {
  instance: string; cid: string; seq: number; prev: string; kind: number; day: number; actor: string; box_hash: string; cited: string;
  keyring_hash: string; messages: string[]; seed: string;
}
interface Box0 { lookup: string; mailbox_pk: string; veil_key: string }
interface Status extends Box0 {
  instance: string; cid: string; write_signature: string; messages: string[]; entries: string[]; day: number; author: string; seed: string;
}
interface Reply extends Box0 { instance: string; precede: number; entry: string; box: string }
interface Keyfile { member: string; role: number; signing_seed: string; kem_seed: string; first_roots: string; passphrase: string }

const mailbox = (i: Box0) => ({ lookup: b(i.lookup), mailboxPk: b(i.mailbox_pk), veilKey: b(i.veil_key) });
const boxFields = (i: Box) => ({
  instance: b(i.instance), cid: b(i.cid), kind: i.kind, parent: b(i.parent), author: b(i.author), day: i.day, keyringHash: b(i.keyring_hash),
});

async function main(): Promise<void> {
  let rest = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const request = JSON.parse(line) as { op: string; in: never };
      process.stdout.write(JSON.stringify({ ok: await OPS[request.op]!(request.in) }) + "\n");
    }
  }
}

void main();
