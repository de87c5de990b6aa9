// Stands in for noble's Argon2id in the browsers' bundle of vectors: it is run once for the same input, since without a
// JIT each run takes seconds and dozens of vectors open the same key file.
import { type ArgonOpts, argon2id as once, argon2idAsync } from "../../node_modules/@noble/hashes/argon2.js";

const known = new Map<string, Uint8Array>();

function argon2id(password: Uint8Array, salt: Uint8Array, work: ArgonOpts): Uint8Array {
  const asked = `${password} ${salt} ${JSON.stringify(work)}`;
  const found = known.get(asked) ?? once(password, salt, work);
  known.set(asked, found);
  return found.slice();
}

export { argon2id, argon2idAsync };
