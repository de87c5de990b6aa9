/** SPEC 12: a whole case in one sealed file, opened with a key file and no network. */
import { BoxKind, intakeInbox, openBox, type OpenedBox, type OpenedReaders, openReaders, parseBox } from "./box.js";
import { type Chain, verifyChain } from "./chain.js";
import { checkBox, encodePostedEntries, parsePostedEntries, type PostedEntry } from "./posts.js";
import { checkSigner } from "./signer.js";
import { readersWraps } from "./wraps.js";
import { at, type Bytes, type Day, decode, decodeList, encode, encodeList, equal } from "./encoding.js";
import { parseKemKeys } from "./enrolment.js";
import { ensure, ProtocolError } from "./errors.js";
import { checkHoles } from "./holes.js";
import { type Keyring, type KeyringBody, NO_PIN, UntrustedKeyring } from "./keyring.js";
import type { KeyfileFields } from "./members.js";
import { checkJoins, openMessage, type OpenedMessage, openWithCek, parseSealed, type SealedMessage } from "./message.js";
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
  checkHoles(chain, sealed);
  const wraps = handedOn(chain, posted, keyring.body, key);
  const handed = wraps.flatMap(({ keys }) => keys);
  const messages: OpenedMessage[] = [];
  let inboxes: KemKey[] = [];
  for (const message of sealed) {
    const cek = handed.find((one) => equal(one.cid, message.cid))?.cek;
    const opened = cek ? openWithCek(message, cek) : openBy(message, [key, ...inboxes]);
    checkJoins((messages[0] ?? opened).account, opened.account);
    if (messages.length === 0) inboxes = [...wraps.flatMap((wrap) => [...wrap.inboxes].reverse()), intakeInbox(opened.cek, first.headerHash)];
    messages.push(opened);
  }
  const texts = posted.flatMap(({ box }, i) => {
    if (box.length === 0) return [];
    const entry = at(chain.entries, i);
    const sealedBox = checkBox(parseBox(box), entry);
    // keys handed to a unit, halves of the way to a name, and what was answered to one member alone
    const inbox = inboxes.find(({ pk }) => sealedBox.recipients.some(({ pkHash, slot }) => slot.length > 0 && equal(pkHash, hash(pk))));
    if ((sealedBox.kind !== BoxKind.text && sealedBox.kind !== BoxKind.note) || !inbox) return [];
    return [openBox(sealedBox, instance, first.cid, checkSigner(entry, keyring.body).pk, inbox)];
  });
  return { cid: first.cid, keyring, messages, chain, texts };
}

/** By the member's own key, or by an inbox of the readers that a card named (SPEC 6.9). */
function openBy(message: SealedMessage, keys: readonly KemKey[]): OpenedMessage {
  for (const key of keys.slice(0, -1)) {
    try {
      return openMessage(message, key);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.slug !== "not_a_recipient") throw error;
    }
  }
  return openMessage(message, at(keys, keys.length - 1));
}

/** SPEC 7.5: what the wraps of the readers hold that name the holder of this key; the newest first. */
function handedOn(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody, key: KemKey): OpenedReaders[] {
  const pkHash = hash(key.pk);
  return readersWraps(chain, posted, keyring).reverse().flatMap((box) => {
    const entry = chain.entries.find((one) => equal(one.boxHash, box.hash));
    const named = box.recipients.some((one) => equal(one.pkHash, pkHash) && one.slot.length > 0);
    return entry && named ? [openReaders(box, box.instance, box.cid, checkSigner(entry, keyring).pk, key)] : [];
  });
}
