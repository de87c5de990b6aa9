// What a page without a network has in the place of a server: what was put into its file, and a person who carries what leaves it.

import * as form from "./part-form.js";
import { Refusal } from "./refusal.js";

interface Held {
  /** base64 */
  keyring: string;
  kem: string;
  forms: Record<string, unknown>;
}

let held: Held | undefined;
let address = "";

function contents(): Held {
  return (held ??= JSON.parse(document.getElementById("held")?.textContent ?? "") as Held);
}

/** Reading gives what the file holds. Writing offers the sealed bytes as a file, and ends when the person has taken it. */
export async function call(path: string, body?: Uint8Array): Promise<Uint8Array> {
  if (body) return offer(body);
  const text = path === "keyring" ? contents().keyring : contents().kem;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function offer(sealed: Uint8Array): Promise<Uint8Array> {
  const link = document.getElementById("save") as HTMLAnchorElement;
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([sealed as BlobPart], { type: "application/octet-stream" }));
  link.href = address;
  link.download = `${Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, "0")).join("")}.panah`;
  link.hidden = false;
  return new Promise((taken) => link.addEventListener("click", () => taken(new Uint8Array()), { once: true }));
}

export async function fetchForm(id: string): Promise<unknown> {
  const form = contents().forms[id];
  if (!form) throw new Refusal("away");
  return form;
}

/** In the same file. */
export const formPart = async (): Promise<typeof form> => form;

/** The file has one language. */
export async function fetchPage(): Promise<Document | null> {
  return null;
}
