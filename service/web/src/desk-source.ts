// Sealed bytes of cases, as the server gives them.

import type { OpenRequest } from "./desk-calls.js";
import { type CaseDetail } from "./desk-model.js";
import { ServerError, type StaffClient } from "./desk-server.js";
import { type DeskSession } from "./desk-session.js";

export class CaseSource {
  /** Messages by CID. They never change, so each is fetched once; they are ciphertext, and die with the session. */
  private sealed = new Map<string, Uint8Array>();

  constructor(private readonly session: DeskSession) {}

  forget(): void {
    this.sealed = new Map();
  }

  private client(): StaffClient {
    return this.session.client ?? ((): never => { throw new ServerError("not_signed_in", "locked", 401); })();
  }

  /** A case by one request, and one more for each later message. */
  async whole(cid: string): Promise<{ detail: CaseDetail; request: OpenRequest }> {
    const { detail, entries, first } = await this.client().file(cid);
    this.sealed.set(cid, first);
    const messages: Uint8Array[] = [];
    for (const one of detail.messages) messages.push((await this.message(cid, one.cid)).slice());
    return { detail, request: { cid, lookup: detail.lookup, listed: detail.messages, messages, names: detail.messages.map((one) => one.cid), entries } };
  }

  private async message(cid: string, message: string): Promise<Uint8Array> {
    const known = this.sealed.get(message);
    if (known) return known;
    const sealed = await this.client().message(cid, message);
    this.sealed.set(message, sealed);
    return sealed;
  }
}
