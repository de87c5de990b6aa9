/** SPEC 12: a whole case in one sealed file, opened with a key file and no network. */
import { BoxKind, intakeInbox, type MessageKey, openBox, type OpenedBox, openReaders, parseBox } from "./box.js";
import { type Chain, checkBox, checkSigner, encodePostedEntries, parsePostedEntries, type PostedEntry, readersWraps, verifyChain } from "./chain.js";
import { at, type Bytes, type Day, decode, decodeList, encode, encodeList, equal } from "./encoding.js";
import { parseKemKeys } from "./enrolment.js";
import { ensure } from "./errors.js";
import { type Keyring, type KeyringBody, NO_PIN, UntrustedKeyring } from "./keyring.js";
import type { KeyfileFields } from "./members.js";
import { checkJoins, openMessage, type OpenedMessage, openWithCek, parseSealed } from "./message.js";
import { hash, type KemKey, kemKeypair } from "./primitives.js";

const MAX_KEYRINGS = 64;
const MAX_MESSAGES = 4096;

export function encodeCase(
  instance: Bytes, keyrings: readonly Bytes[], messages: readonly Bytes[], posted: readonly PostedEntry[], kemKeys: Bytes = new Uint8Array(0),
): Bytes {
  return encode(
    "sealed-case", instance, encodeList("keyrings", keyrings), encodeList("case-messages", messages), encodePostedEntries(posted), kemKeys,
  );
}

export interface OpenedCase {
  readonly cid: Bytes;
  readonly keyring: Keyring;
  readonly messages: readonly OpenedMessage[];
  readonly chain: Chain;
  readonly texts: readonly OpenedBox[];
}

export function openCase(keyfile: KeyfileFields, data: Bytes, deviceDay: Day): OpenedCase {
  const [instance, keyringList, messageList, postedList, kemList] = decode("sealed-case", [32, null, null, null, null], data) as [Bytes, Bytes, Bytes, Bytes, Bytes];
  const keyrings = decodeList("keyrings", MAX_KEYRINGS, keyringList).map((keyring) => UntrustedKeyring.parse(keyring));
  const sealedMessages = decodeList("case-messages", MAX_MESSAGES, messageList);
  const posted = parsePostedEntries(postedList);
  ensure(keyrings.length > 0 && sealedMessages.length > 0, "malformed", "an empty case");
  ensure(equal(instance, keyfile.firstRoots.instance), "wrong_instance");
  if (kemList.length > 0) parseKemKeys(instance, kemList);

  // the days of an exported file are past: its keyring is verified as on its first day, so that it opens for ever
  const newest = keyrings.reduce((a, b) => (b.version > a.version ? b : a));
  const keyring = newest.verify(keyfile.roots, instance, NO_PIN, 0, 0);
  const today = Math.max(deviceDay, keyring.body.notBefore);
  const key = kemKeypair(keyfile.kemSeed);
  const sealed = sealedMessages.map((message) => parseSealed(instance, message));
  const first = at(sealed, 0);
  ensure(sealed.every(({ lookup }) => equal(lookup, first.lookup)), "keys_differ", "another code"); // SPEC 6.10
  const entries = posted.map(({ entry }) => entry);
  const chain = verifyChain(instance, first.cid, keyring.body, entries, sealed, today);
  const handed = handedOn(chain, posted, keyring.body, key);
  const messages: OpenedMessage[] = [];
  for (const message of sealed) {
    const cek = handed.find((one) => equal(one.cid, message.cid))?.cek;
    const opened = cek ? openWithCek(message, cek) : openMessage(message, key);
    checkJoins((messages[0] ?? opened).account, opened.account);
    messages.push(opened);
  }
  const inbox = intakeInbox(at(messages, 0).cek, first.headerHash);
  const texts = posted.flatMap(({ box }, i) => {
    if (box.length === 0) return [];
    const entry = at(chain.entries, i);
    const sealedBox = checkBox(parseBox(box), entry);
    // keys handed to a unit, halves of the way to a name, and what was answered to one member alone
    if ((sealedBox.kind !== BoxKind.text && sealedBox.kind !== BoxKind.note) || !sealedBox.recipients.some(({ pkHash }) => equal(pkHash, hash(inbox.pk)))) return [];
    return [openBox(sealedBox, instance, first.cid, checkSigner(entry, keyring.body).pk, inbox)];
  });
  return { cid: first.cid, keyring, messages, chain, texts };
}

/** SPEC 7.5: the CEKs, by message, of the wraps of the readers that name the holder of this key; the newest first. */
function handedOn(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody, key: KemKey): MessageKey[] {
  const pkHash = hash(key.pk);
  return readersWraps(chain, posted, keyring).reverse().flatMap((box) => {
    const entry = chain.entries.find((one) => equal(one.boxHash, box.hash));
    const named = box.recipients.some((one) => equal(one.pkHash, pkHash) && one.slot.length > 0);
    return entry && named ? openReaders(box, box.instance, box.cid, checkSigner(entry, keyring).pk, key).keys : [];
  });
}
