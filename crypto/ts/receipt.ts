/** SPEC 4: the receipt code and what follows from it. */
import { type Bytes, encode, utf8 } from "./encoding.js";
import { ensure, refuse } from "./errors.js";
import { argon2id, argon2idAsync, hash, kdf, kemKeypair, randomBelow, signingPk } from "./primitives.js";

const RANDOM_DIGITS = 23;
const WORK = { memory: 19456, time: 2, lanes: 1 }; // SPEC 4.3

export interface Receipt {
  readonly k0: Bytes;
  readonly requestSeed: Bytes;
  readonly requestPk: Bytes;
  readonly mailboxSeed: Bytes;
  readonly mailboxPk: Bytes;
  readonly veilKey: Bytes;
  /** `MH` */
  readonly mailboxHash: Bytes;
  readonly lookup: Bytes;
}

/** 24 fresh digits. The deniable second code is another of these. */
export function newCode(): string {
  const digits = randomBelow(new Array<number>(RANDOM_DIGITS).fill(10)).join("");
  return digits + checkDigit(digits);
}

/** SPEC 4.1: ISO 7064 MOD 11,10. */
function checkDigit(digits: string): number {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10 || 10;
    product = (2 * sum) % 11;
  }
  return (11 - product) % 10;
}

export function showCode(digits: string): string {
  return digits.replace(/(\d{4})(?=\d)/g, "$1 ");
}

const ZEROS = [0x30, 0x660, 0x6f0, 0xff10]; // SPEC 4.2: the digit 0 of each script that is read
const IGNORED = /[\t\n\r \u00a0\u2007-\u200b\u202f\u2060\ufeff\u2010-\u2015\u2212()+\-./]/;

/** SPEC 4.2: the 24 digits of what a person typed. */
export function readCode(text: string): string {
  let digits = "";
  for (const character of text) {
    if (IGNORED.test(character)) continue;
    const point = character.codePointAt(0) as number;
    const zero = ZEROS.find((first) => point >= first && point < first + 10) ?? refuse("bad_code", "not a digit");
    digits += point - zero;
  }
  ensure(digits.length === RANDOM_DIGITS + 1, "bad_code", `${digits.length} digits`);
  ensure(checkDigit(digits.slice(0, RANDOM_DIGITS)) === Number(digits.slice(RANDOM_DIGITS)), "bad_check_digit");
  return digits;
}

/** `digits` as readCode gives them. */
export function deriveReceipt(instance: Bytes, digits: string): Receipt {
  return receiptFromK0(instance, argon2id(utf8(readCode(digits)), receiptSalt(instance), WORK));
}

/** The same for a worker: 0.3 s, or 8 s without a JIT. */
export async function deriveReceiptAsync(instance: Bytes, digits: string, onProgress?: (done: number) => void): Promise<Receipt> {
  const password = utf8(readCode(digits));
  return receiptFromK0(instance, await argon2idAsync(password, receiptSalt(instance), WORK, onProgress));
}

function receiptSalt(instance: Bytes): Bytes {
  return hash(encode("receipt-salt", instance), 16);
}

/** SPEC 4.3. */
export function receiptFromK0(instance: Bytes, k0: Bytes): Receipt {
  const requestSeed = kdf(k0, "request-key");
  const mailboxSeed = kdf(k0, "mailbox-key");
  const requestPk = signingPk(requestSeed);
  const mailboxPk = kemKeypair(mailboxSeed).pk;
  const mailboxHash = hash(mailboxPk);
  const lookup = lookupId(instance, requestPk, mailboxHash);
  return { k0, requestSeed, requestPk, mailboxSeed, mailboxPk, veilKey: kdf(k0, "veil-key"), mailboxHash, lookup };
}

export function lookupId(instance: Bytes, requestPk: Bytes, mailboxHash: Bytes): Bytes {
  return hash(encode("mailbox", instance, requestPk, mailboxHash)).slice(0, 16);
}
