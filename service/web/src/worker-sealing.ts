// What both workers do: hold a person's code and keys, judge the list of readers, seal. No way to any network: the page fetches and posts.

import { AccountKind } from "../../../crypto/ts/account.js";
import { type Bytes, Z32 } from "../../../crypto/ts/encoding.js";
import { kemKeyOf, type KemKeys, parseKemKeys } from "../../../crypto/ts/enrolment.js";
import { ProtocolError, refuse } from "../../../crypto/ts/errors.js";
import { type Keyring, type Member, UntrustedKeyring } from "../../../crypto/ts/keyring.js";
import { type Prepared, prepareSlots, sealMessage } from "../../../crypto/ts/message.js";
import { deriveReceiptAsync, newCode, readCode, type Receipt } from "../../../crypto/ts/receipt.js";
import { fingerprint, parseFirstRoots, parseRootSet, type RootSet } from "../../../crypto/ts/roots.js";
import { draw, mayRead, trust } from "#readers";
import { type Answer, type Args, type Draft, type Op, type Pins, type Readers, type Refused, type Sealed, type Told } from "./worker-calls.js";

let instance: Bytes = Z32;
let roots: RootSet;
let pins: Pins;
let keyring: Keyring | undefined;
let kemKeys: KemKeys;
let code = "";
let receipt: Promise<Receipt> | undefined;
let prepared: Prepared | undefined;
let preparedFor = "";

export type Handlers<Ops extends Op> = { [K in Ops]: (args: Args<K>, tell: (share: number) => void) => Answer<K> | Promise<Answer<K>> };

export const sealing: Handlers<Exclude<Op, "sign" | "open">> = {
  pin(given) {
    const first = parseFirstRoots(given.first);
    pins = given;
    instance = first.instance;
    roots = given.roots ? parseRootSet(given.roots) : first.roots;
    return { fingerprint: fingerprint(instance, roots), organisations: roots.roots.map((root) => root.organisation) };
  },

  keyring(given) {
    keyring = prepared = undefined;
    const untrusted = UntrustedKeyring.parse(given.keyring);
    try {
      keyring = trust(untrusted, roots, instance, pins, given.deviceDay);
      kemKeys = parseKemKeys(instance, given.kem);
      const readers = describe(keyring);
      void receipt?.then(prepare, () => undefined);
      return readers;
    } catch (error) {
      keyring = undefined;
      if (error instanceof ProtocolError && error.slug === "keyring_expired") return expired(untrusted, given.deviceDay);
      throw error;
    }
  },

  async receipt(given, tell) {
    code = given.code ? readCode(given.code) : newCode();
    prepared = undefined;
    const derived = (receipt = deriveReceiptAsync(instance, code, tell));
    prepare(await derived);
    return null;
  },

  readCode: ({ text }) => readCode(text.replace(/\P{N}+/gu, "")), // pasted with a word before it, and with marks that nobody sees
  newCode: () => newCode(),

  async seal(draft) {
    const own = await ownReceipt();
    prepare(own, draft.country, draft.leftOut);
    const slots = prepared as Prepared | undefined ?? refuse("missing_key", "no slots");
    prepared = undefined;
    return sealInto(slots, own, draft);
  },
};

/** For whoever these slots are. */
export function sealInto(slots: Prepared, own: Receipt, draft: Draft): Sealed {
  const { body, hash, today } = trustedKeyring();
  const content = {
    kind: AccountKind[draft.kind], day: today, language: draft.language, answers: new Map(draft.answers.account), evidence: draft.evidence ?? [],
  };
  const name = { instance, version: body.version, hash };
  const message = sealMessage(slots, own, name, draft.lane, content, new Map(draft.answers.identity), new Map(draft.answers.intake));
  return { message, code };
}

/** Ahead of the text where the country is not answered: then only another country costs the person a wait. */
function prepare(own: Receipt, country = "", leftOut: readonly string[] = []): void {
  const wanted = [country, ...leftOut].join(" ");
  if (!keyring || (prepared && preparedFor === wanted)) return;
  const { readers, custodians } = draw(keyring, own.k0, country, leftOut);
  preparedFor = wanted;
  prepared = prepareSlots(readers.map(kemOf), custodians.map(kemOf));
}

function describe(trusted: Keyring): Readers {
  const { body, today, status, clockBehind } = trusted;
  // How many are drawn does not depend on the code; whom, does.
  const { readers, custodians, widened, overdue } = draw(trusted, Z32, "", []);
  for (const one of [...readers, ...custodians]) kemOf(one);
  const roles = new Array<number>(8).fill(0);
  for (const member of body.members) if (member.from <= today && today <= member.until) (roles[member.role] as number)++;
  return {
    version: body.version, expires: body.expires, today, grace: status === "grace", clockBehind,
    drawn: readers.length, keepers: custodians.length, widened, overdue, roles,
    panels: body.groups.filter(({ kind }) => kind === 0).map(({ id, countries }) => (
      { id, countries, readers: body.members.filter((one) => one.group === id && mayRead(trusted, one)).length }
    )).filter((panel) => panel.readers > 0),
  };
}

/** All but its age is in order: its own first day shows that, and lets its days be read. */
function expired(untrusted: UntrustedKeyring, deviceDay: number): Refused {
  const { body } = untrusted.verify(roots, instance, pins, 0, 0);
  return { slug: "keyring_expired", expires: body.expires, today: Math.max(deviceDay, pins.buildDay) };
}

/** Everything of the person; what was said of the readers stays. */
export function forget(): void {
  code = preparedFor = "";
  receipt = prepared = undefined;
}

/** The code's keys; refused before there is a code. */
export async function ownReceipt(): Promise<Receipt> {
  return receipt ?? refuse("bad_code", "no code yet");
}

export function trustedKeyring(): Keyring {
  return keyring ?? refuse("missing_key", "no keyring yet");
}

export const ownInstance = (): Bytes => instance;

export const kemOf = (one: Member): Bytes => kemKeyOf(kemKeys, one);

export function serve(handlers: Partial<Handlers<Op>>): void {
  self.onmessage = (event: MessageEvent<{ id: number; op: Op; args: never }>): void => {
    const { id, op, args } = event.data;
    const tell = (told: Told): void => self.postMessage(told);
    const run = async (): Promise<unknown> => handlers[op]?.(args, (share) => tell({ id, share }));
    run().then(
      (ok) => tell({ id, ok }),
      (error: unknown) => tell({ id, slug: error instanceof ProtocolError ? error.slug : "internal" }),
    );
  };
}
