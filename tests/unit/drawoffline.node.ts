// Draws offline members in Node: reads {keyring, k0, draws} from stdin, prints what each draw gave. tests/unit/test_offline_draw.py compares.
import { readFileSync } from "node:fs";

import { drawOffline } from "../../crypto/ts/draw-offline.js";
import { type Bytes, hex } from "../../crypto/ts/encoding.js";
import { ProtocolError } from "../../crypto/ts/errors.js";
import { parseKeyringBody } from "../../crypto/ts/keyring.js";

interface Wish {
  keyring: string;
  k0: string;
  today: number;
  country: string;
  leftOut: string[];
}

const bytes = (text: string): Bytes => new Uint8Array(Buffer.from(text, "hex"));

function drawn(wish: Wish): unknown {
  try {
    const draw = drawOffline(parseKeyringBody(bytes(wish.keyring)), bytes(wish.k0), wish.today, wish.country, wish.leftOut);
    return { ...draw, readers: draw.readers.map(({ id }) => hex(id)), custodians: draw.custodians.map(({ id }) => hex(id)) };
  } catch (error) {
    if (error instanceof ProtocolError) return { slug: error.slug };
    throw error;
  }
}

console.log(JSON.stringify((JSON.parse(readFileSync(0, "utf8")) as Wish[]).map(drawn)));
