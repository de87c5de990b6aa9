/** SPEC 7.2: text that was not sent yet, sealed to its writer's own key. */
import { type Bytes, decode, encode, equal, readUtf8, utf8 } from "./encoding.js";
import { ensure } from "./errors.js";
import { aeadOpen, aeadSeal, kdf, KEM_CT, kemDecapsulate, kemEncapsulate, type KemKey, N0 } from "./primitives.js";

/** It is kept through a lock, in the page's memory. */
export function sealDraft(instance: Bytes, memberId: Bytes, pk: Bytes, text: string): Bytes {
  const { ct, shared } = kemEncapsulate(pk);
  const sealed = aeadSeal(kdf(shared, "draft", instance, ct, pk), N0, encode("draft-ad", instance, memberId), utf8(text));
  return encode("draft", memberId, ct, sealed);
}

export function openDraft(instance: Bytes, memberId: Bytes, key: KemKey, data: Bytes): string {
  const [named, ct, sealed] = decode("draft", [16, KEM_CT, null], data) as [Bytes, Bytes, Bytes];
  ensure(equal(named, memberId), "not_a_recipient");
  const shared = kemDecapsulate(key, ct);
  return readUtf8(aeadOpen(kdf(shared, "draft", instance, ct, key.pk), N0, encode("draft-ad", instance, memberId), sealed));
}
