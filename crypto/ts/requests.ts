/** SPEC 10: what the submitter's browser asks of the server. Known and unknown codes take one way. */
import { type Bytes, cut, decode, encode, equal, readUint, u64, utf8 } from "./encoding.js";
import { ensure } from "./errors.js";
import { hash, kdf, randomBytes, sign, verify } from "./primitives.js";
import { lookupId, type Receipt } from "./receipt.js";

const NONCE = 56;

export type Purpose = "mailbox" | "signin";
export type Route = "mailbox.read" | "mailbox.burn";

export const Burn = { messages: 1, all: 2, receipt: 3 } as const;

/** SPEC 10.1. `expiry` in seconds since 1970. */
export function makeNonce(serverKey: Bytes, purpose: Purpose, expiry: number): Bytes {
  return nonceOf(serverKey, purpose, u64(expiry), randomBytes(16));
}

function nonceOf(serverKey: Bytes, purpose: Purpose, expiry: Bytes, random: Bytes): Bytes {
  const nonce = new Uint8Array(NONCE);
  nonce.set(expiry);
  nonce.set(random, 8);
  nonce.set(kdf(serverKey, "nonce", utf8(purpose), expiry, random), 24);
  return nonce;
}

/** Whether it was spent already is the server's to know. */
export function checkNonce(serverKey: Bytes, purpose: Purpose, nonce: Bytes, now: number): void {
  const [expiry, random] = cut(nonce, 8, 16, 32) as [Bytes, Bytes, Bytes];
  ensure(equal(nonce, nonceOf(serverKey, purpose, expiry, random)), "stale_nonce", "not ours");
  ensure(now < readUint(expiry), "stale_nonce", "expired");
}

/** SPEC 10.2. */
export function signMailboxRequest(instance: Bytes, receipt: Receipt, route: Route, body: Bytes, nonce: Bytes): Bytes {
  const signature = sign(receipt.requestSeed, statement(instance, route, receipt.lookup, body, nonce));
  return encode("mailbox-request", receipt.lookup, receipt.requestPk, receipt.mailboxHash, body, nonce, signature);
}

function statement(instance: Bytes, route: Route, lookup: Bytes, body: Bytes, nonce: Bytes): Bytes {
  return encode("request", instance, utf8("POST"), utf8(route), lookup, hash(body), nonce);
}

export interface MailboxRequest {
  readonly lookup: Bytes;
  readonly requestPk: Bytes;
  readonly body: Bytes;
  readonly nonce: Bytes;
}

export function verifyMailboxRequest(instance: Bytes, route: Route, data: Bytes, serverKey: Bytes, now: number): MailboxRequest {
  const [lookup, requestPk, mailboxHash, body, nonce, signature] =
    decode("mailbox-request", [16, 32, 32, null, NONCE, 64], data) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  ensure(route === "mailbox.read" ? body.length === 0 : isBurn(body), "malformed", "body");
  checkNonce(serverKey, "mailbox", nonce, now);
  ensure(equal(lookup, lookupId(instance, requestPk, mailboxHash)), "bad_signature", "lookup id");
  verify(requestPk, statement(instance, route, lookup, body, nonce), signature);
  return { lookup, requestPk, body, nonce };
}

function isBurn(body: Bytes): boolean {
  return body.length === 1 && readUint(body) >= Burn.messages && readUint(body) <= Burn.receipt;
}
