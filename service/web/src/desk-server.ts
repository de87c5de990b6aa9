// The only file of the desk that speaks to the server. Every request but the first three is signed (SPEC 11.3).

import { decode } from "../../../crypto/ts/encoding.js";
import type { CaseDetail, CaseLine, WireCopy } from "./desk-model.js";
import type { Fault } from "./desk-opened.js";
import type { WireOpening } from "./desk-opening-state.js";
import type { Counts, Integrity } from "./desk-numbers.js";
import { type Vault } from "./desk-vault.js";

/** A problem document's slug, or `away` when no answer came. */
export class ServerError extends Error implements Fault {
  constructor(readonly slug: string, readonly fact: string, readonly status: number) {
    super(`${slug}: ${fact}`);
  }
}

export interface Session {
  session: string;
  member: string;
  role: string;
  keyring_version: number;
}

const EMPTY = new Uint8Array(0);
const BINARY = "application/octet-stream";

async function call(method: string, path: string, body: Uint8Array | null, headers: Record<string, string>, keepalive = false): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      body: body as BodyInit | null,
      headers: body ? { "Content-Type": BINARY, ...headers } : headers,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      keepalive,
    });
  } catch {
    throw new ServerError("away", "no answer", 0);
  }
  if (response.ok) return response;
  let slug = response.status >= 500 ? "away" : "refused";
  try {
    const problem = (await response.json()) as { slug?: unknown };
    if (typeof problem.slug === "string" && /^[a-z_]{1,40}$/.test(problem.slug)) slug = problem.slug;
  } catch {
    // Not a problem document: the status alone is known.
  }
  throw new ServerError(slug, `status ${response.status}`, response.status);
}

async function bytes(response: Promise<Response>): Promise<Uint8Array> {
  const answer = await response;
  try {
    return new Uint8Array(await answer.arrayBuffer());
  } catch {
    throw new ServerError("away", "the answer was cut", 0);
  }
}

async function json<T>(response: Promise<Response>): Promise<T> {
  try {
    return (await (await response).json()) as T;
  } catch (error) {
    throw error instanceof ServerError ? error : new ServerError("away", "the answer was cut", 0);
  }
}

export function fetchKeyring(): Promise<Uint8Array> {
  return bytes(call("GET", "/v1/keyring", null, {}));
}

/** A form in the language of the folder, as the site was built with it. */
export function fetchForm(id: string, folder: string): Promise<unknown> {
  return json(call("GET", `/s/form-${id}.${folder}.json`, null, {}));
}

/** A standard font, for a PDF that does not bring it. */
export async function fetchPdfFont(name: string): Promise<Uint8Array> {
  if (!/^[A-Za-z-]{1,40}\.(?:pfb|ttf)$/.test(name)) throw new ServerError("not_found", name, 0);
  return bytes(call("GET", `/s/pdf-fonts/${name}`, null, {}));
}

/** The facts by which the safeguards are computed. */
export function fetchCountries(): Promise<unknown> {
  return json(call("GET", "/s/countries.json", null, {}));
}

/** Working days of the countries. */
export function fetchCalendars(): Promise<unknown> {
  return json(call("GET", "/s/calendars.json", null, {}));
}

/** Beginnings of answers, by what for and by language. */
export function fetchReplies(): Promise<Record<string, Record<string, string>>> {
  return json(call("GET", "/s/replies.json", null, {}));
}

export function fetchChallenge(): Promise<Uint8Array> {
  return bytes(call("POST", "/v1/staff/challenge", EMPTY, {}));
}

export function openSession(signIn: Uint8Array): Promise<Session> {
  return json<Session>(call("POST", "/v1/staff/sessions", signIn, {}));
}

export class StaffClient {
  constructor(private readonly vault: Vault, private readonly session: string) {}

  private async signed(method: string, path: string, body: Uint8Array | null = null): Promise<Record<string, string>> {
    const { nonce, signature } = await this.vault.ask("sign", { method, path, body: body ?? EMPTY });
    return { "Panah-Session": this.session, "Panah-Nonce": nonce, "Panah-Signature": signature };
  }

  private async go(method: string, path: string, body: Uint8Array | null = null): Promise<Response> {
    return call(method, path, body, await this.signed(method, path, body));
  }

  /** Signed while the key is here, sent when it is gone: signing out needs no key any more. */
  async prepareFarewell(): Promise<() => void> {
    const path = "/v1/staff/sessions";
    const headers = await this.signed("DELETE", path);
    return (): void => void call("DELETE", path, null, headers, true).catch(() => undefined);
  }

  async cases(): Promise<CaseLine[]> {
    return (await json<{ cases: CaseLine[] }>(this.go("GET", "/v1/casework/cases"))).cases;
  }

  /** How many cases were opened on this day, and who asks for more. */
  opening(): Promise<WireOpening> {
    return json<WireOpening>(this.go("GET", "/v1/casework/more"));
  }

  async askMore(asked: Uint8Array): Promise<void> {
    await this.go("POST", "/v1/casework/more", asked);
  }

  async answerMore(answer: Uint8Array): Promise<void> {
    await this.go("POST", "/v1/casework/more/answers", answer);
  }

  /** SPEC 5.11; empty where nobody declared anything. */
  declarations(): Promise<Uint8Array> {
    return bytes(this.go("GET", "/v1/staff/declarations"));
  }

  /** SPEC 5.5: the KEM keys of all members. */
  kemKeys(): Promise<Uint8Array> {
    return bytes(this.go("GET", "/v1/staff/kem"));
  }

  /** The three that open a case, in one answer. */
  async file(cid: string): Promise<{ detail: CaseDetail; entries: Uint8Array; first: Uint8Array }> {
    const [detail, entries, first] = decode("case-file", [null, null, null], await bytes(this.go("GET", `/v1/casework/cases/${cid}/file`))) as [Uint8Array, Uint8Array, Uint8Array];
    return { detail: JSON.parse(new TextDecoder().decode(detail)) as CaseDetail, entries, first };
  }

  message(cid: string, message: string): Promise<Uint8Array> {
    return bytes(this.go("GET", `/v1/casework/cases/${cid}/messages/${message}`));
  }

  async post(cid: string, post: Uint8Array): Promise<void> {
    await this.go("POST", `/v1/casework/cases/${cid}/entries`, post);
  }

  evidence(upload: string): Promise<Uint8Array> {
    return bytes(this.go("GET", `/v1/casework/evidence/${upload}`));
  }

  /** A sealed file goes the way that a person's goes: the server takes sealed bytes from anybody. */
  async sendEvidence(parts: readonly Uint8Array[]): Promise<void> {
    for (const part of parts) await call("POST", "/v1/evidence", part, {});
  }

  async pinEvidence(upload: string): Promise<void> {
    await this.go("POST", `/v1/casework/evidence/${upload}/pin`, EMPTY);
  }

  async copies(): Promise<WireCopy[]> {
    return (await json<{ copies: WireCopy[] }>(this.go("GET", "/v1/copies"))).copies;
  }

  async answerCopy(cid: string, post: Uint8Array): Promise<void> {
    await this.go("POST", `/v1/copies/${cid}`, post);
  }

  counts(): Promise<Counts> {
    return json<Counts>(this.go("GET", "/v1/oversight/counts"));
  }

  integrity(): Promise<Integrity> {
    return json<Integrity>(this.go("GET", "/v1/oversight/integrity"));
  }

  export(cid: string): Promise<Uint8Array> {
    return bytes(this.go("GET", `/v1/casework/cases/${cid}/export`));
  }
}
