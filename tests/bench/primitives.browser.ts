// The bare primitives of opening a case, in the page where the desk runs: window.primitives(bytes) gives the milliseconds of one of each.
import { aeadOpen, aeadSeal, kemDecapsulate, kemEncapsulate, kemKeypair, randomBytes, sign, signingPk, verify } from "../../crypto/ts/primitives.js";

const TIMES = 40;

function timed(act: () => void): number {
  for (let i = 0; i < TIMES; i++) act(); // compiled by then
  const start = performance.now();
  for (let i = 0; i < TIMES; i++) act();
  return (performance.now() - start) / TIMES;
}

function measure(size: number): { kem: number; aead: number; verify: number } {
  const key = kemKeypair(randomBytes(32));
  const { ct } = kemEncapsulate(key.pk);
  const [secret, nonce, ad, seed, message] = [randomBytes(32), randomBytes(24), new Uint8Array(0), randomBytes(32), randomBytes(300)];
  const sealed = aeadSeal(secret, nonce, ad, new Uint8Array(size));
  const [pk, signature] = [signingPk(seed), sign(seed, message)];
  return { kem: timed(() => void kemDecapsulate(key, ct)), aead: timed(() => void aeadOpen(secret, nonce, ad, sealed)), verify: timed(() => verify(pk, message, signature)) };
}

Object.assign(window, { primitives: measure });
