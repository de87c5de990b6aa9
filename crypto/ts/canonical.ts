/** SPEC 14, `canonical.TAG`: each structure parsed and encoded again. For tests: nothing else has a use for it. */
import { encodeAccount, encodeAnswers, parseAccount, parseAnswers } from "./account.js";
import { parseBox } from "./box.js";
import { encodeEntry, encodeSignedEntry, parseSignedEntry } from "./entry.js";
import { encodePost, encodePostedEntries, parsePost, parsePostedEntries } from "./posts.js";
import { type Bytes, decode, decodeList, encode, encodeList } from "./encoding.js";
import { encodeKeyring, parseKeyringBody } from "./keyring.js";
import { encodeFirstRoots, encodeRootSet, encodeSignatures, parseFirstRoots, parseRootSet, parseSignatures } from "./roots.js";

type Again = (data: Bytes) => Bytes;

/** A structure of fields of these widths; a function stands for a field that is a structure itself. */
function fields(tag: string, ...kinds: readonly (number | null | Again)[]): Again {
  const widths = kinds.map((kind) => (typeof kind === "function" ? null : kind));
  return (data) => encode(tag, ...decode(tag, widths, data).map((field, i) => {
    const kind = kinds[i];
    return typeof kind === "function" ? kind(field) : field;
  }));
}

const list = (tag: string, most: number, item: Again): Again => (data) => encodeList(tag, decodeList(tag, most, data).map(item));
const same: Again = (data) => data;

const roots: Again = (data) => {
  const set = parseRootSet(data);
  return encodeRootSet(set.version, set.threshold, set.roots).encoded;
};
const firstRoots: Again = (data) => {
  const first = parseFirstRoots(data);
  return encodeFirstRoots(first.roots, first.random).encoded;
};
const signatures: Again = (data) => encodeSignatures(parseSignatures(data));
const keyring: Again = (data) => encodeKeyring(parseKeyringBody(data)).encoded;
const signedKeyring = fields("signed-keyring", keyring, signatures);
const signedEntry: Again = (data) => {
  const entry = parseSignedEntry(data);
  return encodeSignedEntry(encodeEntry(entry), entry.signature);
};
const postedEntries: Again = (data) => encodePostedEntries(parsePostedEntries(data));

// what is parsed for its checks, and encoded again from its outermost fields
const box: Again = (data) => {
  parseBox(data);
  return fields("sealed-box", null, list("box-slots", 64, same), fields("box-body", 32, null), 64)(data);
};
const message = fields(
  "sealed-message", fields("message", 32, 1, 4, 32, 16, 1, 2, 12), 32, 96, null, fields("identity", 32, 1, 32, 1), null, // slots, or what SPEC 6.12 has in their place
  null, null, null, 32, 32, 64,
);
const card = fields("card", 32, 32, 4, 1216, null);
const line = fields("line", 1, 1, 4, 4, 16, 32, 32, 32, 36, 1, 64);
const status = fields("status", 32, 32, 64, null, 36, 4, 32, 1, 1, 1, 1, 4, 4, list("lines", 40, line), 4, 16);

export const canonical: ReadonlyMap<string, Again> = new Map<string, Again>([
  ["roots", roots],
  ["first-roots", firstRoots],
  ["signed-root-change", fields("signed-root-change", fields("root-change", 32, 32, roots), signatures)],
  ["keyring", keyring],
  ["signed-keyring", signedKeyring],
  ["kem-keys", fields("kem-keys", 32, list("kem-list", 512, same))],
  ["signed-enrolment", fields("signed-enrolment", fields("enrolment", 32, 16, 1, null, 1, 32, 1216), 64)],
  ["account", (data) => encodeAccount(parseAccount(data))],
  ["answers", (data) => encodeAnswers(parseAnswers(data))],
  ["sealed-message", message],
  ["sealed-box", box],
  ["text", fields("text", null, null, null)],
  ["draft", fields("draft", 16, 1120, null)],
  ["card", card],
  ["signed-card", fields("signed-card", card, signedEntry, signedEntry)],
  ["signed-entry", signedEntry],
  ["posted-entries", postedEntries],
  ["post-entry", (data) => encodePost(parsePost(data))],
  ["sealed-status", fields("sealed-status", 1120, null)],
  ["signed-status", fields("signed-status", status, 64)],
  ["reply-block", fields("reply-block", 4, signedEntry, box)],
  ["mailbox-request", fields("mailbox-request", 16, 32, 32, null, 56, 64)],
  ["keyfile", fields("keyfile", 32, 16, 1, 4, 4, 1, 16, 24, null)],
  ["keyfile-secret", fields("keyfile-secret", 32, 32, firstRoots, roots)],
  ["signin-request", fields("signin-request", fields("signin", 32, null, 56, 16, 32), 64)],
  ["signed-more-asked", fields("signed-more-asked", fields("more-asked", 32, 16, 4, 2, 1, 16), 64)],
  ["signed-more-answered", fields("signed-more-answered", fields("more-answered", 32, 32, 16, 1), 64)],
  ["sealed-case", fields("sealed-case", 32, list("keyrings", 64, signedKeyring), list("case-messages", 4096, message), postedEntries, null)],
]);
