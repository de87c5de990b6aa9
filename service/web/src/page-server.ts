// The only file of the submitter's pages that speaks to the server.

import type * as PartFiles from "./part-files.js";
import type * as PartForm from "./part-form.js";
import { Refusal } from "./refusal.js";

const PATIENCE = 120_000; // a sealed message is up to 300 kB, and there are lines of 32 kbit/s

export async function call(path: string, body?: Uint8Array): Promise<Uint8Array> {
  const patience = new AbortController();
  const timer = window.setTimeout(() => patience.abort(), PATIENCE);
  try {
    const response = await fetch(`/v1/${path}`, {
      method: body ? "POST" : "GET",
      body: body as BodyInit | undefined ?? null,
      headers: body ? { "Content-Type": "application/octet-stream" } : {},
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: patience.signal,
    });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new Refusal(await slugOf(response));
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal("away");
  } finally {
    window.clearTimeout(timer);
  }
}

async function slugOf(response: Response): Promise<string> {
  try {
    const { slug } = (await response.json()) as { slug?: unknown };
    if (typeof slug === "string") return slug;
  } catch {
    // not a problem document: somebody else answers in the server's place
  }
  return "away";
}

/** A form in one language, as the site was built with it. */
export const fetchForm = (id: string, folder: string): Promise<unknown> => fetchJson(`form-${id}.${folder}`);

/** The sentences of the part that handles files. */
export const fetchWords = (folder: string): Promise<unknown> => fetchJson(`words-files.${folder}`);

async function fetchJson(name: string): Promise<unknown> {
  try {
    const response = await fetch(`/s/${name}.json`, { credentials: "omit", redirect: "error" });
    if (response.ok) return await response.json();
  } catch {
    // the line broke, or somebody else answered
  }
  throw new Refusal("away");
}

let tries = 0;

/** A file of code that only some need. A browser remembers that an address has failed: another try has another address. */
async function part<T>(name: string): Promise<T> {
  try {
    return (await import(`/s/part-${name}.js${tries ? `?${tries}` : ""}`)) as T;
  } catch {
    tries++;
    throw new Refusal("away");
  }
}

export const formPart = (): Promise<typeof PartForm> => part("form");
export const filesPart = (): Promise<typeof PartFiles> => part("files");

/** A page in another language; the browser parses it, and nothing of it runs. */
export function fetchPage(address: string): Promise<Document | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = (): void => resolve(request.response?.getElementById("page") ? (request.response as Document) : null);
    request.onerror = (): void => resolve(null);
    request.send();
  });
}
