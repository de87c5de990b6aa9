// Sealed bytes of cases, as the server gives them.

import type { OpenRequest } from "./desk-calls.js";
import type { CaseDetail } from "./desk-model.js";
import { ServerError, type StaffClient } from "./desk-server.js";
import { type DeskSession } from "./desk-session.js";

const TRIES = 3;

export class CaseSource {
  /** Messages by CID. Each is fetched once, and once more when the server keeps less of it; they are ciphertext, and die with the session. */
  private sealed = new Map<string, Uint8Array>();

  constructor(private readonly session: DeskSession) {}

  forget(): void {
    this.sealed = new Map();
  }

  private client(): StaffClient {
    return this.session.client ?? ((): never => { throw new ServerError("not_signed_in", "locked", 401); })();
  }

  /** A case by one request, and one more for each later message. */
  async whole(cid: string, tries = TRIES): Promise<{ detail: CaseDetail; request: OpenRequest }> {
    const { detail, entries, first } = await this.client().file(cid);
    this.sealed.set(cid, first);
    const messages: Uint8Array[] = [];
    for (const one of detail.messages) messages.push((await this.message(cid, one.cid, one.size)).slice());
    // while it was fetched the server let old slots go (SPEC 8.13): the entries that say so are newer than these
    if (tries > 1 && detail.messages.some(({ size }, i) => messages[i]?.length !== size)) return this.whole(cid, tries - 1);
    return { detail, request: { cid, lookup: detail.lookup, listed: detail.messages, messages, names: detail.messages.map((one) => one.cid), entries } };
  }

  private async message(cid: string, message: string, size: number): Promise<Uint8Array> {
    const known = this.sealed.get(message);
    if (known?.length === size) return known;
    const sealed = await this.client().message(cid, message);
    this.sealed.set(message, sealed);
    return sealed;
  }
}
