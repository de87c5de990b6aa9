// Draws offline members in Node: reads wishes from stdin, prints who was drawn and, with KEM keys, a message sealed to them. tests/unit/test_offline_draw.py compares.
import { readFileSync } from "node:fs";

import { drawOffline } from "../../crypto/ts/draw-offline.js";
import { type Bytes, hex } from "../../crypto/ts/encoding.js";
import { ProtocolError } from "../../crypto/ts/errors.js";
import { parseKeyringBody } from "../../crypto/ts/keyring.js";
import { Lane, prepareSlots, sealMessage } from "../../crypto/ts/message.js";
import { receiptFromK0 } from "../../crypto/ts/receipt.js";

interface Wish {
  keyring: string;
  k0: string;
  today: number;
  country: string;
  leftOut: string[];
  /** KEM keys by member id; none: only the draw. */
  kem: Record<string, string>;
  text: string;
}

const bytes = (text: string): Bytes => new Uint8Array(Buffer.from(text, "hex"));

function drawn(wish: Wish): unknown {
  try {
    const keyring = parseKeyringBody(bytes(wish.keyring));
    const draw = drawOffline(keyring, bytes(wish.k0), wish.today, wish.country, wish.leftOut);
    const [readers, custodians] = [draw.readers.map(({ id }) => hex(id)), draw.custodians.map(({ id }) => hex(id))];
    if (!wish.text) return { ...draw, readers, custodians };
    const pks = (ids: string[]): Bytes[] => ids.map((id) => bytes(wish.kem[id] ?? ""));
    const content = { kind: 0, day: wish.today, language: "ru", answers: new Map([["story", wish.text]]), evidence: [] };
    const receipt = receiptFromK0(keyring.instance, bytes(wish.k0));
    const none = new Map<string, string>();
    return { message: hex(sealMessage(prepareSlots(pks(readers), pks(custodians)), receipt, keyring, Lane.normal, content, none, none)) };
  } catch (error) {
    if (error instanceof ProtocolError) return { slug: error.slug };
    throw error;
  }
}

console.log(JSON.stringify((JSON.parse(readFileSync(0, "utf8")) as Wish[]).map(drawn)));
