// What only the TypeScript can get wrong: generators, numbers, strings, views of memory. Prints {claim: "" or what failed}; test_claims.py reads it.
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { ml_kem768_x25519 } from "@noble/post-quantum/hybrid.js";

import { encodeAnswers, pad, parseAnswers } from "../../crypto/ts/account.js";
import { answer } from "../../crypto/ts/answers.js";
import {
  ascending, type Bytes, compare, decode, decodeList, encode, encodeList, equal, hex, join, readUint, readUtf8, u32, u64, u8, utf8,
} from "../../crypto/ts/encoding.js";
import { EntryKind, messagesHead, type SignedEntry } from "../../crypto/ts/entry.js";
import { ProtocolError } from "../../crypto/ts/errors.js";
import { padme, sealEvidence } from "../../crypto/ts/evidence.js";
import { type KeyringBody, Role } from "../../crypto/ts/keyring.js";
import { veil } from "../../crypto/ts/mailbox.js";
import { parseSealed, prepareSlots, sealMessage } from "../../crypto/ts/message.js";
import {
  argon2idAsync, hash, isLowOrder, isValid, kemDecapsulate, kemEncapsulate, kemKeypair, randomBelow, randomBytes, remember, shuffled, sign, signingPk,
  x25519 as x25519With,
} from "../../crypto/ts/primitives.js";
import { newCode, readCode, receiptFromK0, showCode } from "../../crypto/ts/receipt.js";
import { type Claims, printClaims } from "../claims.js";
import { BEGINNING, Walk } from "../../crypto/ts/walk.js";
import { State } from "../../crypto/ts/workflow.js";

const Z32 = new Uint8Array(32);
/** Of Ed25519's base point, little-endian. */
const ED25519_ORDER = Uint8Array.from("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010".match(/../g) ?? [], (byte) => parseInt(byte, 16));
const real = crypto.getRandomValues.bind(crypto);

function same(found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a?.slice(0, 200)} is not ${b?.slice(0, 200)}`);
}

function slugOf(act: () => unknown): string {
  try {
    act();
    return "none";
  } catch (error) {
    if (error instanceof ProtocolError) return error.slug;
    throw error;
  }
}

function withGenerator<T>(fill: (out: Uint8Array) => void, act: () => T): T {
  Object.defineProperty(crypto, "getRandomValues", { configurable: true, value: (out: Uint8Array) => (fill(out), out) });
  try {
    return act();
  } finally {
    Object.defineProperty(crypto, "getRandomValues", { configurable: true, value: real });
  }
}

const kem = kemKeypair(Z32);
const receipt = receiptFromK0(Z32, hash(utf8("k0")));
const content = { kind: 0, day: 1, language: "en", answers: new Map([["a", "one text"]]), evidence: [] };
const seal = (): Bytes => sealMessage(prepareSlots([kem.pk], [kem.pk]), receipt, { instance: Z32, version: 1, hash: Z32 }, 0, content, new Map(), new Map());

/** Chi-squared of counts that should be equal, against a bound that is passed once in a million. */
function uniform(counts: number[], bound: number): void {
  const expected = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  const statistic = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  if (statistic > bound) throw new Error(`chi-squared ${statistic}: ${counts.join(" ")}`);
}

const CLAIMS: Claims = {
  "x25519 and ed25519 are those of noble's curves": () => {
    for (let n = 0; n < 40; n++) {
      const [mine, theirs, message] = [randomBytes(32), randomBytes(32), randomBytes(33)];
      same(hex(x25519With(mine, x25519.getPublicKey(theirs))), hex(x25519.getSharedSecret(mine, x25519.getPublicKey(theirs))));
      same(hex(kemKeypair(mine).pk.slice(-32)), hex(x25519.getPublicKey(kemKeypair(mine).x25519Secret)));
      same(hex(signingPk(mine)), hex(ed25519.getPublicKey(mine)));
      const signature = ed25519.sign(message, mine);
      same(hex(sign(mine, message)), hex(signature));
      same(isValid(signingPk(mine), message, signature), true);
      (signature[n] as number) ^= 1 << n % 8;
      same(isValid(signingPk(mine), message, signature), false);
    }
    // what verifiers quarrel about: S beyond the order, points that are not canonical, small or mixed order
    const [pk, message] = [signingPk(Z32), utf8("a message")];
    const signature = sign(Z32, message);
    const beyond = signature.slice();
    let carry = 0;
    ED25519_ORDER.forEach((byte, i) => {
      const sum = (beyond[32 + i] as number) + byte + carry;
      beyond[32 + i] = sum & 255;
      carry = sum >> 8;
    });
    same([isValid(pk, message, signature), isValid(pk, message, beyond)], [true, false]);
    for (const point of ["01" + "00".repeat(31), "ee" + "ff".repeat(30) + "7f", "00".repeat(32), "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"]) {
      const small = Uint8Array.from(point.match(/../g) ?? [], (byte) => parseInt(byte, 16));
      same([isValid(small, message, signature), isValid(small, message, join(small, Z32)), isValid(pk, message, join(small, signature.slice(32)))], [false, false, false]);
    }
  },
  "x-wing is noble's own": () => {
    for (let n = 0; n < 20; n++) {
      const [seed, random] = [randomBytes(32), randomBytes(64)];
      const [ours, theirs] = [kemKeypair(seed), ml_kem768_x25519.keygen(seed)];
      same(hex(ours.pk), hex(theirs.publicKey));
      const [a, b] = [kemEncapsulate(ours.pk, random.slice()), ml_kem768_x25519.encapsulate(ours.pk, random.slice())];
      same([hex(a.ct), hex(a.shared)], [hex(b.cipherText), hex(b.sharedSecret)]);
      same([hex(kemDecapsulate(ours, a.ct)), hex(ml_kem768_x25519.decapsulate(a.ct, seed))], [hex(a.shared), hex(a.shared)]);
      const broken = a.ct.slice();
      broken[n] = (broken[n] as number) ^ 1; // ML-KEM rejects implicitly: another secret, no error, the same in both
      same(hex(kemDecapsulate(ours, broken)), hex(ml_kem768_x25519.decapsulate(broken, seed)));
    }
  },
  "a low-order part is refused in every place, whatever its top bit": () => {
    const p = 2n ** 255n - 19n;
    const points = [
      0n, 1n, 325606250916557431795983626356110631294008115727848805560023387167927233504n,
      39382357235489614581723060781553021112529911719440698176882885853963445705823n, p - 1n, p, p + 1n,
    ];
    for (const point of points) {
      for (const top of [0, 128]) {
        const part = Uint8Array.from({ length: 32 }, (_, i) => Number((point >> BigInt(8 * i)) & 255n));
        part[31] = (part[31] as number) | top;
        same(isLowOrder(part), true);
        same(slugOf(() => kemEncapsulate(join(kem.pk.slice(0, 1184), part))), "low_order");
        same(slugOf(() => kemDecapsulate(kem, join(new Uint8Array(1088), part))), "low_order");
        let refused = false;
        try {
          x25519.getSharedSecret(hash(utf8("any")), part);
        } catch {
          refused = true;
        }
        same(refused, true);
      }
    }
    same(isLowOrder(kem.pk), false);
    same(slugOf(() => kemEncapsulate(join(new Uint8Array(1184).fill(255), kem.pk.slice(1184)))), "malformed");
  },
  "a generator that is dead stops everything that needs it": () => {
    const acts = { newCode, seal, veil: () => veil(Z32, Z32, Z32.slice(16), Z32), evidence: () => sealEvidence(Z32, Z32) };
    for (const [name, act] of Object.entries(acts)) {
      same([name, withGenerator((out) => out.fill(0), () => slugOf(act))], [name, "random_failed"]);
      const fail = (): never => {
        throw new Error("no entropy");
      };
      same([name, withGenerator(fail, () => slugOf(act))], [name, "random_failed"]);
    }
    same(withGenerator((out) => out.fill(7), () => slugOf(() => [randomBytes(32), randomBytes(32)])), "random_failed");
    same(withGenerator((out) => out.fill(9), () => slugOf(seal)), "random_failed");
    same(slugOf(seal), "none");
  },
  "100,000 draws of each width do not repeat": () => {
    for (const width of [16, 24, 32]) {
      same(new Set(Array.from({ length: 100_000 }, () => hex(randomBytes(width)))).size, 100_000);
    }
  },
  "200 messages of one text share nothing but what is public": () => {
    const seen = new Set<string>();
    let count = 0;
    for (let n = 0; n < 200; n++) {
      const message = parseSealed(Z32, seal());
      const parts = [
        message.cid, message.headerHash, message.commitment, ...message.streamCommitments, ...message.streams.map((ct) => ct.slice(0, 64)),
        ...[...message.readerSlots, ...message.custodianSlots].flatMap((slot) => [slot.slice(0, 64), slot.slice(1088, 1120), slot.slice(1120)]),
      ];
      for (const part of parts) seen.add(hex(part));
      count += parts.length;
    }
    same(seen.size, count);
  },
  "prepared slots seal one message only, and a text that is too large does not spend them": () => {
    const prepared = prepareSlots([kem.pk], [kem.pk]);
    const keyring = { instance: Z32, version: 1, hash: Z32 };
    const large = { ...content, answers: new Map([["a", "x".repeat(262144)]]) };
    same(slugOf(() => sealMessage(prepared, receipt, keyring, 0, large, new Map(), new Map())), "too_large");
    same(slugOf(() => sealMessage(prepared, receipt, keyring, 0, content, new Map([["n", "x".repeat(4096)]]), new Map())), "too_large");
    sealMessage(prepared, receipt, keyring, 0, content, new Map(), new Map());
    let again = "";
    try {
      sealMessage(prepared, receipt, keyring, 0, content, new Map(), new Map());
    } catch (error) {
      again = (error as Error).message;
    }
    same(again, "prepared slots seal one message only");
  },
  "digits and places are uniform": () => {
    const digits = new Array<number>(10).fill(0);
    for (const digit of randomBelow(new Array<number>(100_000).fill(10))) digits[digit] = (digits[digit] as number) + 1;
    uniform(digits, 48);
    const places = new Array<number>(8).fill(0);
    for (let n = 0; n < 40_000; n++) {
      const place = shuffled([1, 0, 0, 0, 0, 0, 0, 0]).indexOf(1);
      places[place] = (places[place] as number) + 1;
    }
    uniform(places, 44);
  },
  "a code reads as it is shown, in every script and with every dash": () => {
    for (let n = 0; n < 1000; n++) {
      const code = newCode();
      same(readCode(showCode(code)), code);
      for (const zero of [0x660, 0x6f0, 0xff10]) {
        const typed = [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join("\u2013");
        same(readCode(`\ufeff(${typed})\u00a0`), code);
      }
      const wrong = code.slice(0, n % 24) + ((Number(code[n % 24]) + 1 + (n % 9)) % 10) + code.slice((n % 24) + 1);
      same(slugOf(() => readCode(wrong)), wrong === code ? "none" : "bad_check_digit");
    }
    for (const text of ["", "1".repeat(23), "1".repeat(25), "1".repeat(23) + "a", "1".repeat(23) + "\ud800", "१".repeat(24), "²".repeat(24)]) {
      same(slugOf(() => readCode(text)), "bad_code");
    }
  },
  "numbers are exact up to 2^53 - 1 and refused beyond": () => {
    for (const n of [0, 1, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER]) same(readUint(u64(n)), n);
    for (const n of [-1, 0.5, NaN, Infinity, 2 ** 53]) same(slugOf(() => u64(n)), "too_large");
    same([slugOf(() => u32(2 ** 32)), slugOf(() => u8(256))], ["too_large", "too_large"]);
    same(slugOf(() => readUint(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0))), "malformed");
    same(slugOf(() => readUint(new Uint8Array(8).fill(255))), "malformed");
    same(answer({ op: "evidence.open", in: { instance: "", upload_id: "", key: "", size: 2 ** 53, blob: "", plaintext_hash: "" } }), { error: "bad_request" });
  },
  "a length of 2^32 - 1 or 2^31 reads as cut, not as negative": () => {
    for (const length of [2 ** 31, 2 ** 32 - 1, 2 ** 32 - 4]) {
      same(slugOf(() => decode("x", [null], join(u8(1), utf8("x"), u32(length), Z32))), "malformed");
    }
  },
  "padded sizes are exact for sizes beyond 2^32": () => {
    const exact = (size: bigint): bigint => {
      const length = size > 65536n ? size : 65536n;
      const e = BigInt(length.toString(2).length - 1);
      const step = 1n << (e - BigInt(e.toString(2).length));
      return ((length + step - 1n) / step) * step;
    };
    for (let bits = 0n; bits <= 52n; bits++) {
      for (const near of [-1n, 0n, 1n]) {
        const size = 2n ** bits + near;
        same(String(padme(Number(size))), String(exact(size)));
      }
    }
  },
  "what is parsed is a copy": () => {
    const data = encode("x", Z32, utf8("text"));
    const [field] = decode("x", [32, null], data) as [Bytes, Bytes];
    data.fill(1);
    same(hex(field), hex(Z32));
    const list = encodeList("l", [u8(1), u8(2)]);
    const items = decodeList("l", 2, Buffer.from(list));
    list.fill(0);
    same(items.map((item) => [hex(item), item.constructor === Uint8Array]), [["01", true], ["02", true]]);
    const whole = new Uint8Array(200).fill(3);
    const sealed = seal();
    whole.set(sealed.slice(0, 100), 50);
    const shifted = new Uint8Array(sealed.length + 7);
    shifted.set(sealed, 7);
    same(hex(parseSealed(Z32, shifted.subarray(7)).cid), hex(parseSealed(Z32, sealed).cid));
  },
  "text is neither mended nor normalised": () => {
    same(hex(utf8("\ud800a\udc00")), "efbfbd61efbfbd");
    for (const text of ["\ufeffx", "e\u0301", "é", "\u0000", "\u2028", "👩‍👩‍👧"]) same(readUtf8(utf8(text)), text);
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
      same(slugOf(() => readUtf8(Uint8Array.from(bad))), "malformed");
    }
  },
  "names of object members are names like others": () => {
    const answers = new Map([["__proto__", "a"], ["constructor", "b"], ["to_string", "c"]]);
    same([...parseAnswers(encodeAnswers(answers))], [...answers].sort(([a], [b]) => (a < b ? -1 : 1)));
    same([answer({ op: "__proto__", in: {} }), answer({ op: "constructor", in: {} })], [{ error: "unknown_op" }, { error: "unknown_op" }]);
    same(answer({ op: "hash", in: JSON.parse('{"__proto__": {"data": ""}}') as unknown }), { error: "bad_request" });
    same(answer(JSON.parse('{"op": "hash", "in": {"data": "AA"}}')), { error: "bad_request" });
    for (const request of [null, [], 1, "x", {}, { op: 1 }, { op: "hash" }, { op: "hash", in: null }]) {
      same("error" in answer(request), true);
    }
  },
  "order is of bytes and strict": () => {
    same(compare(Uint8Array.of(127), Uint8Array.of(128)) < 0, true);
    same(compare(Uint8Array.of(1), Uint8Array.of(1, 0)) < 0, true);
    same(slugOf(() => ascending(["a", "a"], utf8)), "malformed");
    same(ascending(["b", "a", "ab"], utf8), ["a", "ab", "b"]);
  },
  "padding holds exactly what fits": () => {
    same([pad(new Uint8Array(12), 16).length, pad(new Uint8Array(13), 16, 32).length], [16, 32]);
    same(slugOf(() => pad(new Uint8Array(29), 16, 32)), "too_large");
  },
  "a signature is valid for its message and key alone": () => {
    const [seed, other] = [randomBytes(32), randomBytes(32)];
    const [pk, message] = [signingPk(seed), randomBytes(100)];
    const signature = sign(seed, message);
    same(isValid(pk, message, signature), true);
    same([isValid(signingPk(other), message, signature), isValid(pk, signature, signature), isValid(pk, message, signature.slice(1))], [false, false, false]);
    for (let bit = 0; bit < 512; bit += 7) {
      const changed = signature.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      same(isValid(pk, message, changed), false);
    }
    same(equal(signature, sign(seed, message)), true);
  },
  "a signature that was wrong once is wrong again, and what was right vouches for no other": () => {
    const [seed, other] = [randomBytes(32), randomBytes(32)];
    const [pk, message] = [signingPk(seed), randomBytes(100)];
    const signature = sign(seed, message);
    const forged = join(signature.slice(0, 32), sign(seed, randomBytes(100)).slice(32));
    const small = join(Uint8Array.of(1), new Uint8Array(31)); // of order 1: with it a signature of nothing would hold for every message
    const wrong = (): boolean[] => [
      isValid(pk, message, forged), isValid(signingPk(other), message, signature), isValid(pk, join(message, Uint8Array.of(0)), signature), isValid(small, message, join(small, Z32)),
      isValid(pk, message, join(signature, message.slice(0, 1))), isValid(pk, message.slice(1), join(signature, message.slice(0, 1))), isValid(join(pk, signature.slice(0, 1)), message, signature.slice(1)),
    ];
    for (let n = 0; n < 3; n++) { // before the right one, after it, and once both are remembered
      same(wrong(), wrong().map(() => false));
      same([isValid(pk, message, signature), isValid(signingPk(other), message, sign(other, message))], [true, true]);
    }
    const changing = message.slice();
    same(isValid(pk, changing, signature), true);
    (changing[0] as number) ^= 1; // the same array, and not the same words
    same(isValid(pk, changing, signature), false);
  },
  "a key that is known vouches for no R of mixed order": () => {
    const { Point, utils } = ed25519;
    const [seed, message] = [randomBytes(32), randomBytes(100)];
    const [pk, { scalar }] = [signingPk(seed), utils.getExtendedPublicKey(seed)];
    const number = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n) % Point.CURVE().n;
    const once = number(randomBytes(64));
    const mixed = Point.BASE.multiply(once).add(Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")).toBytes();
    const s = (once + number(sha512(join(mixed, pk, message))) * scalar) % Point.CURVE().n;
    const forged = join(mixed, Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 255n)));
    same(ed25519.verify(forged, message, pk, { zip215: false }), true); // else it would show nothing
    same([isValid(pk, message, forged), isValid(pk, message, sign(seed, message)), isValid(pk, message, forged)], [false, true, false]);
  },
  "what is remembered of signatures has a bound": () => {
    const memory = new Set<string>();
    for (let n = 0; n < 50; n++) {
      remember(memory, 6, "key", `asked ${n}`);
      same([memory.has("key"), memory.has(`asked ${n}`), memory.size <= 6], [true, true, true]);
    }
    same(memory.size > 2, true);
  },
  "an approval that is refused leaves the proposal where it was": () => {
    const place = { ...BEGINNING, seq: 1, state: State.inquiry, priority: 2 };
    const base = { instance: Z32, cid: Z32, seq: 1, prev: Z32, state: State.inquiry, day: 9, until: 0, boxHash: Z32, keyringHash: Z32, messages: messagesHead([]), encoded: Z32, signature: Z32 };
    const refused = (proposed: Partial<SignedEntry>, approved: Partial<SignedEntry>): unknown[] => {
      const walk = new Walk(place, {} as KeyringBody);
      const proposal = { ...base, priority: 2, ...proposed, kind: EntryKind.proposal, actor: u64(1), cited: Z32, link: hash(u64(1)) };
      walk.take(proposal, Role.reviewer);
      const approval = { ...proposal, ...approved, kind: EntryKind.approval, actor: u64(2), cited: proposal.link, link: hash(u64(2)) };
      return [slugOf(() => { walk.take(approval, Role.supervisor); }), walk.pending.length];
    };
    const withdrawal = { state: State.withdrawn, until: 29 };
    same([refused(withdrawal, { until: 28 }), refused(withdrawal, { priority: 1 })], [["bad_state", 1], ["bad_state", 1]]);
    same([refused({ priority: 3 }, { priority: 4 }), refused({ priority: 3 }, {}), refused(withdrawal, {})], [["bad_state", 1], ["none", 0], ["none", 0]]);
  },
  "progress is told in about a hundred steps and ends with 1": async () => {
    const told: number[] = [];
    await argon2idAsync(Z32, Z32, { memory: 1024, time: 2, lanes: 1 }, (done) => told.push(done));
    same([told.length >= 90 && told.length <= 101, told[told.length - 1]], [true, 1]);
    same([...told].sort((a, b) => a - b), told);
  },
};

void printClaims(CLAIMS);
