// The worker of files: takes out what a camera wrote, seals chunk by chunk, and hands over parts ready to be posted. One part is in memory at a time.
// A page has two of it, so that a file is hashed by one while the other seals it: a file that changed on the way is refused by the browser when it is read.

import "./worker-old.js";
import { encodeEvidence } from "../../../crypto/ts/account.js";
import { encode, hex, u32, u64 } from "../../../crypto/ts/encoding.js";
import { ProtocolError } from "../../../crypto/ts/errors.js";
import { CHUNK, EvidenceSealer, OVERHEAD, plaintextHash } from "../../../crypto/ts/evidence.js";
import { randomBytes } from "../../../crypto/ts/primitives.js";
import { clean } from "./clean.js";
import { type FileCalls } from "./worker-calls.js";

const CHUNKS = 15; // a part: as many chunks as fit in 1 MiB

interface Upload {
  readonly file: Blob;
  readonly name: string;
  readonly type: string;
  readonly token: Uint8Array;
  readonly sealer: EvidenceSealer;
  offset: number;
  /** The next part of the file, read while the one before is sealed. */
  ahead: Promise<ArrayBuffer>;
}

const HASHED = 4 * CHUNK; // bytes that the hash takes at a time
const read = (file: Blob, from: number, length = CHUNKS * CHUNK): Promise<ArrayBuffer> => file.slice(from, from + length).arrayBuffer();

const uploads = new Map<number, Upload>();
let count = 0;

type Handlers = { [K in keyof FileCalls]: (args: FileCalls[K][0]) => FileCalls[K][1] | Promise<FileCalls[K][1]> };

const handlers: Handlers = {
  async clean({ file }) {
    const { kind, data, removed, kept, complete } = await clean(file);
    return { kind, data: data instanceof Blob ? data : new Blob([data as BlobPart]), removed, kept, complete };
  },

  begin({ file, name, type, instance }) {
    const sealer = new EvidenceSealer(instance, file.size);
    uploads.set(++count, { file, name, type, token: randomBytes(32), sealer, offset: 0, ahead: read(file, 0) });
    return { upload: count, total: sealer.total };
  },

  async part({ upload }) {
    const one = uploads.get(upload);
    if (!one || one.sealer.done) return null;
    const { sealer, token } = one;
    const from = sealer.wanted[0];
    const ahead = new Uint8Array(await one.ahead);
    one.ahead = read(one.file, from + CHUNKS * CHUNK);
    one.ahead.catch(() => undefined); // told when it is asked for
    // Each chunk goes where it is posted from, into the last field: a part is here once, not once a copy. Not by a Blob: its bytes would go through another process and back.
    const head = encode("upload", sealer.uploadId, token, u64(one.offset), u64(sealer.total), new Uint8Array(0));
    const request = new Uint8Array(head.length + CHUNKS * (CHUNK + OVERHEAD));
    let length = 0;
    for (let n = 0; n < CHUNKS && !sealer.done; n++) {
      const [start, end] = sealer.wanted;
      const sealed = sealer.seal(ahead.subarray(start - from, end - from));
      request.set(sealed, head.length + length);
      length += sealed.length;
    }
    request.set(head);
    request.set(u32(length), head.length - 4);
    one.offset += length;
    return { request: request.subarray(0, head.length + length), sealed: one.offset };
  },

  finish({ upload, hash }) {
    const { sealer, name, type } = uploads.get(upload) as Upload;
    uploads.delete(upload);
    return { ...sealer.finish(hash), name, type };
  },

  async hash({ file }) {
    const made = plaintextHash();
    let ahead = read(file, 0, HASHED);
    for (let from = 0; from < file.size; from += HASHED) {
      const data = await ahead;
      ahead = read(file, from + HASHED, HASHED);
      ahead.catch(() => undefined); // told when it is asked for
      made.update(new Uint8Array(data));
    }
    return made.digest();
  },

  drop({ upload }) {
    uploads.delete(upload);
    return null;
  },

  list: ({ files }) => hex(encodeEvidence(files)),
};

self.onmessage = (event: MessageEvent<{ id: number; op: keyof FileCalls; args: never }>): void => {
  const { id, op, args } = event.data;
  const run = async (): Promise<unknown> => handlers[op](args);
  run().then(
    (ok) => self.postMessage({ id, ok }, { transfer: op === "part" && ok ? [(ok as { request: Uint8Array }).request.buffer] : [] }),
    (error: unknown) => self.postMessage({ id, slug: error instanceof ProtocolError ? error.slug : "unreadable" }),
  );
};
