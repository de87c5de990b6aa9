/** The closed list of failure classes, SPEC 13. A caller branches on `slug`; `fact` says what was found and never holds a plaintext or a key. */

export type Slug =
  | "malformed" | "unsupported_suite" | "wrong_instance" | "wrong_roots" | "wrong_keyring" | "wrong_case" | "wrong_origin"
  | "threshold_not_reached" | "key_reused" | "missing_key" | "no_readers" | "keyring_rolled_back" | "keyring_forked"
  | "keyring_expired" | "bad_signature" | "low_order" | "not_a_recipient" | "commitment_mismatch" | "decryption_failed"
  | "bad_padding" | "hash_mismatch" | "keys_differ" | "chain_broken" | "bad_state" | "day_out_of_range" | "not_a_member"
  | "role_not_allowed" | "bad_code" | "bad_check_digit" | "wrong_passphrase" | "kdf_out_of_bounds" | "too_large"
  | "random_failed" | "stale_nonce";

/** Thrown for every refusal of this protocol. Show the person a text chosen by `slug`; `fact` is for logs of tools and tests. */
export class ProtocolError extends Error {
  readonly slug: Slug;
  readonly fact: string;

  constructor(slug: Slug, fact: string) {
    super(fact ? `${slug}: ${fact}` : slug);
    this.name = "ProtocolError";
    this.slug = slug;
    this.fact = fact;
  }
}

/** Throws; typed `never` so that the compiler knows that nothing after it runs. */
export function refuse(slug: Slug, fact = ""): never {
  throw new ProtocolError(slug, fact);
}

/** Throws unless `condition` holds. */
export function ensure(condition: boolean, slug: Slug, fact = ""): asserts condition {
  if (!condition) refuse(slug, fact);
}
