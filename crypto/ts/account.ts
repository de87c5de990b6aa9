/** SPEC 6.2 and 6.3: what a message says, and the padding that hides how much. */
import {
  ascending, type Bytes, cut, type Day, decode, decodeList, encode, encodeList, ensureAscending, hex, join,
  readName, readUint, readUtf8, readWithin, u32, u64, u8, utf8,
} from "./encoding.js";
import { ensure } from "./errors.js";
import { KEM_PK } from "./primitives.js";

const MAX_ANSWERS = 4096;
const MAX_EVIDENCE = 64;
/** The answer that holds the manifest of files sealed with the identity, or for intake. */
export const SEALED_FILES = "evidence_list";

export const AccountKind = { complaint: 0, followUp: 1, evidence: 2, objection: 3, review: 4, stop: 5 } as const;

/** By id; a Map, because ids are chosen by others and `__proto__` is one of them. */
export type Answers = ReadonlyMap<string, string>;

export interface EvidenceItem {
  readonly uploadId: Bytes;
  readonly key: Bytes;
  readonly blobHash: Bytes;
  readonly plaintextHash: Bytes;
  readonly size: number;
  readonly name: string;
  readonly type: string;
}

/** What the person says; the keys that go with it come from the receipt. */
export interface Content {
  readonly kind: number;
  readonly day: Day;
  readonly language: string;
  readonly answers: Answers;
  readonly evidence: readonly EvidenceItem[];
}

export interface Account extends Content {
  readonly requestPk: Bytes;
  readonly mailboxPk: Bytes;
  readonly veilKey: Bytes;
}

export function encodeAccount(account: Account): Bytes {
  const encoded = encode(
    "account", account.requestPk, account.mailboxPk, account.veilKey, u8(account.kind), u32(account.day), utf8(account.language),
    encodeAnswers(account.answers), encodeEvidence(account.evidence),
  );
  parseAccount(encoded); // a writer never sends what a reader would refuse
  return encoded;
}

export function parseAccount(data: Bytes): Account {
  const [requestPk, mailboxPk, veilKey, kind, day, language, answers, evidence] =
    decode("account", [32, KEM_PK, 32, 1, 4, null, null, null], data) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  return {
    requestPk,
    mailboxPk,
    veilKey,
    kind: readWithin(kind, AccountKind.complaint, AccountKind.stop, "account kind"),
    day: readUint(day),
    language: readLanguage(language),
    answers: parseAnswers(answers),
    evidence: parseEvidence(evidence),
  };
}

/** SPEC 6.3: the files that stand in a sealed identity, or in what is for intake alone. */
export function sealedFiles(answers: Answers): readonly EvidenceItem[] {
  const text = answers.get(SEALED_FILES);
  if (text === undefined) return [];
  const data = Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  ensure(hex(data) === text, "malformed", "a list of files in hex");
  return parseEvidence(data);
}

export function encodeEvidence(items: readonly EvidenceItem[]): Bytes {
  return encodeList("evidence-list", ascending(items, (item) => item.uploadId).map((item) =>
    encode("evidence", item.uploadId, item.key, item.blobHash, item.plaintextHash, u64(item.size), utf8(item.name), utf8(item.type))));
}

export function parseEvidence(data: Bytes): EvidenceItem[] {
  const items = decodeList("evidence-list", MAX_EVIDENCE, data).map(parseItem);
  ensureAscending(items.map((item) => item.uploadId), "evidence-list");
  return items;
}

function parseItem(data: Bytes): EvidenceItem {
  const [uploadId, key, blobHash, plaintextHash, size, name, type] =
    decode("evidence", [16, 32, 32, 32, 8, null, null], data) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  return { uploadId, key, blobHash, plaintextHash, size: readUint(size), name: readUtf8(name), type: readUtf8(type) };
}

/** SPEC 6.3; also the language of a box. */
export function readLanguage(data: Bytes): string {
  return readName(data, /^[A-Za-z-]{2,12}$/, "language");
}

export function encodeAnswers(answers: Answers): Bytes {
  const items = ascending([...answers], ([id]) => utf8(id)).map(([id, value]) => encode("answer", utf8(id), utf8(value)));
  const encoded = encodeList("answers", items);
  parseAnswers(encoded);
  return encoded;
}

export function parseAnswers(data: Bytes): Answers {
  const pairs = decodeList("answers", MAX_ANSWERS, data).map((item): [string, string] => {
    const [id, value] = decode("answer", [null, null], item) as [Bytes, Bytes];
    return [readName(id, /^[a-z0-9_.]{1,64}$/, "answer id"), readUtf8(value)];
  });
  ensureAscending(pairs.map(([id]) => utf8(id)), "answers");
  return new Map(pairs);
}

/** SPEC 6.2: pad(x, n) with the smallest n that holds x. */
export function pad(data: Bytes, ...sizes: readonly number[]): Bytes {
  const size = sizes.find((n) => data.length <= n - 4);
  ensure(size !== undefined, "too_large", `${data.length} bytes`);
  return join(u32(data.length), data, new Uint8Array(size - 4 - data.length));
}

export function unpad(padded: Bytes): Bytes {
  ensure(padded.length >= 4, "bad_padding");
  const [head, rest] = cut(padded, 4, padded.length - 4) as [Bytes, Bytes];
  const length = readUint(head);
  ensure(length <= rest.length && !rest.subarray(length).some((byte) => byte !== 0), "bad_padding");
  return rest.slice(0, length);
}
