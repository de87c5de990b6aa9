/** SPEC 8.14: the files that go with a case. Two members sign the hash of their list; the server sees it once. */
import { ascending, type Bytes, encode, encodeList } from "./encoding.js";
import { kdf } from "./primitives.js";

/** `k0` and `headerHash` of the case's first message: whoever lacks them cannot tell by the hash whose files these are. */
export function erasureList(instance: Bytes, cid: Bytes, k0: Bytes, headerHash: Bytes, uploads: readonly Bytes[]): Bytes {
  return encode("erasure", instance, cid, kdf(k0, "erasure", headerHash), encodeList("uploads", ascending(uploads, (id) => id)));
}
