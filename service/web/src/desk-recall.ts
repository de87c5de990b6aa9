// What was parsed and opened before of the very same bytes. A case is read anew before and after each deed, and without a JIT its hashes and keys take seconds.

import { intakeInbox, parseBox, type SealedBox } from "../../../crypto/ts/box.js";
import type { Bytes } from "../../../crypto/ts/encoding.js";
import { ProtocolError } from "../../../crypto/ts/errors.js";
import type { Account } from "../../../crypto/ts/account.js";
import { openGranted, type OpenedMessage, openWithCek, parseSealed, type SealedMessage } from "../../../crypto/ts/message.js";
import { hash, type KemKey } from "../../../crypto/ts/primitives.js";

const MOST = 4 * 1024 * 1024; // bytes of messages and boxes, the last that were asked for: a case or a few; a name takes two for each
const latin1 = new TextDecoder("latin1"); // a character a byte, by the browser's own code

export class Recall {
  private readonly parsed = new Map<string, object>();
  private size = 0;
  private opened = new WeakMap<object, Map<string, () => unknown>>();

  constructor(private readonly most = MOST) {}

  message(instance: Bytes, data: Bytes): SealedMessage {
    return this.whole(`message ${latin1.decode(instance)}`, data, () => parseSealed(instance, data));
  }

  box(data: Bytes): SealedBox {
    return this.whole("box", data, () => parseBox(data));
  }

  /** Before the worker ends: what was opened holds keys. */
  forget(): void {
    this.parsed.clear();
    this.opened = new WeakMap();
    this.size = 0;
  }

  withCek(sealed: SealedMessage, cek: Bytes): OpenedMessage {
    return this.of(sealed, "cek", [hash(cek)], () => openWithCek(sealed, cek));
  }

  /** By k0: the account alone. */
  granted(sealed: SealedMessage, k0: Bytes): Account {
    return this.of(sealed, "k0", [hash(k0)], () => openGranted(sealed, k0)).account;
  }

  /** The readers' inbox 0. */
  inbox(sealed: SealedMessage, cek: Bytes): KemKey {
    return this.of(sealed, "inbox", [hash(cek)], () => intakeInbox(cek, sealed.headerHash));
  }

  /** What `open` gives of a message or box that is from here, or what the protocol has against it. `by` is all else that it hangs on. */
  of<T>(sealed: SealedMessage | SealedBox, how: string, by: readonly Bytes[], open: () => T): T {
    const ways = this.opened.get(sealed) ?? new Map<string, () => unknown>();
    this.opened.set(sealed, ways);
    const way = [how, ...by.map((one) => `${one.length} ${latin1.decode(one)}`)].join(" ");
    const found = ways.get(way) ?? outcome(open);
    ways.set(way, found);
    return found() as T;
  }

  private whole<T extends object>(what: string, data: Bytes, parse: () => T): T {
    const name = `${what} ${latin1.decode(data)}`;
    const found = this.parsed.get(name) as T | undefined ?? parse();
    if (!this.parsed.delete(name)) this.size += name.length;
    this.parsed.set(name, found); // as the newest
    for (const oldest of this.parsed.keys()) {
      if (this.size <= this.most) break;
      this.parsed.delete(oldest);
      this.size -= oldest.length;
    }
    return found;
  }
}

function outcome(open: () => unknown): () => unknown {
  try {
    const value = open();
    return () => value;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return () => {
      throw error;
    };
  }
}
