// A file of a few kilobytes can ask for gigabytes. Here no single array becomes larger than any honest page needs; how much goes over to
// the frame is counted (viewer-toll.ts); the rest is time, which the desk bounds.
// Imported before the parser. What a parser has no use for is taken from it as well: its policy gives it no network, this gives it no place to keep anything.

const LARGEST = 160 * 1024 * 1024; // bytes: a picture of 40 million points

const BOUNDED = ["ArrayBuffer", "Uint8Array", "Uint8ClampedArray", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array", "Float64Array"] as const;
const TAKEN = ["indexedDB", "caches", "BroadcastChannel", "fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "Worker", "SharedWorker", "importScripts", "WebAssembly", "DecompressionStream"];

type Sized = new (...given: unknown[]) => object;
const scope = self as unknown as Record<string, unknown>;

for (const name of BOUNDED) {
  const real = scope[name] as Sized & { BYTES_PER_ELEMENT?: number };
  const most = LARGEST / (real.BYTES_PER_ELEMENT ?? 1);
  const bounded = new Proxy(real, {
    construct(target, given, made): object {
      if (typeof given[0] === "number" && given[0] > most) throw new RangeError("larger than an honest page");
      return Reflect.construct(target, given, made === bounded ? target : made) as object;
    },
  });
  Object.defineProperty(self, name, { value: bounded, configurable: true, writable: true });
}
for (const name of TAKEN) Object.defineProperty(self, name, { value: undefined, configurable: true, writable: true });
