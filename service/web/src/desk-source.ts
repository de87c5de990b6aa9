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

  detail(cid: string): Promise<CaseDetail> {
    return this.client().detail(cid);
  }

  /** The bytes of a case: all messages, or only the first, which is enough to see whether this member reads it. */
  async gather(detail: CaseDetail, all: boolean): Promise<OpenRequest> {
    const client = this.client();
    const wanted = all ? detail.messages : detail.messages.filter((one) => one.cid === detail.cid);
    const messages: Uint8Array[] = [];
    for (const one of wanted) {
      let sealed = this.sealed.get(one.cid);
      if (!sealed) {
        sealed = await client.message(detail.cid, one.cid);
        this.sealed.set(one.cid, sealed);
      }
      messages.push(sealed.slice());
    }
    return { cid: detail.cid, lookup: detail.lookup, listed: detail.messages, messages, names: wanted.map(({ cid }) => cid), entries: await client.entries(detail.cid) };
  }
}
