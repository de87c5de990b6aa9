// How long a clip plays, by what its file says of itself: the desk stays awake no longer than that while it is played. Unknown is 0. Nothing is decoded.

const WORD = 2 ** 32;

/** Seconds; 0 where the file does not say. A file can lie: whoever asks has a bound of its own. */
export function clipSeconds(data: Uint8Array, type: string): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  try {
    const seconds = READS.get(type)?.(data, view) ?? 0;
    return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
  } catch (error) {
    if (error instanceof RangeError) return 0; // it says that it is longer than it is
    throw error;
  }
}

const READS: ReadonlyMap<string, (data: Uint8Array, view: DataView) => number> = new Map([
  ["audio/wav", ofWave], ["audio/mp4", ofBoxes], ["video/mp4", ofBoxes], ["video/webm", ofWebm], ["audio/ogg", ofOgg], ["audio/mpeg", ofMpeg],
]);

/** Bytes of sound by bytes a second. A recorder that was cut off leaves a length of all ones. */
function ofWave(data: Uint8Array, view: DataView): number {
  let rate = 0;
  for (let at = 12; at + 8 <= data.length; ) {
    const size = view.getUint32(at + 4, true);
    if (name(data, at) === "fmt ") rate = view.getUint32(at + 16, true);
    if (name(data, at) === "data") return rate ? Math.min(size, data.length - at - 8) / rate : 0;
    at += 8 + size + (size % 2);
  }
  return 0;
}

/** The movie's header; of a film in fragments, where the last of them begins. */
function ofBoxes(data: Uint8Array, view: DataView): number {
  const header = find(data, "mvhd", 0);
  if (header < 0) return 0;
  const seconds = longOrShort(view, header + 4, 12, 16);
  if (seconds > 0) return seconds;
  const media = find(data, "mdhd", header);
  const scale = media < 0 ? 0 : view.getUint32(media + (view.getUint8(media + 4) ? 24 : 16));
  let last = 0;
  for (let at = find(data, "tfdt", 0); at >= 0; at = find(data, "tfdt", at + 4)) {
    last = Math.max(last, view.getUint8(at + 4) ? view.getUint32(at + 8) * WORD + view.getUint32(at + 12) : view.getUint32(at + 8));
  }
  return scale ? last / scale : 0;
}

/** A full box with its times of creation, its scale and its length, in words or in double words. */
function longOrShort(view: DataView, at: number, short: number, shortLength: number): number {
  const long = view.getUint8(at) === 1;
  const scale = view.getUint32(at + (long ? 20 : short));
  const length = long ? view.getUint32(at + 24) * WORD + view.getUint32(at + 28) : view.getUint32(at + shortLength);
  return scale && length < (long ? 2 ** 53 : WORD - 1) ? length / scale : 0;
}

/** Segment's Duration; of what was recorded in a page, which has none, where the last cluster begins. */
function ofWebm(data: Uint8Array, view: DataView): number {
  const scaleAt = findBytes(data, [0x2a, 0xd7, 0xb1, 0x83], 0);
  const scale = (scaleAt < 0 ? 1_000_000 : view.getUint16(scaleAt + 4) * 256 + view.getUint8(scaleAt + 6)) / 1e9;
  const head = data.subarray(0, 4096);
  const [single, double] = [findBytes(head, [0x44, 0x89, 0x84], 0), findBytes(head, [0x44, 0x89, 0x88], 0)];
  if (double >= 0) return view.getFloat64(double + 3) * scale;
  if (single >= 0) return view.getFloat32(single + 3) * scale;
  for (let at = data.length - 16; at >= 0; at--) {
    if (data[at] !== 0x1f || view.getUint32(at) !== 0x1f43b675) continue;
    const time = findBytes(data.subarray(at, at + 24), [0xe7], 4);
    if (time < 0) continue;
    const size = view.getUint8(at + time + 1) & 0x7f;
    let value = 0;
    for (let n = 0; n < Math.min(size, 6); n++) value = value * 256 + view.getUint8(at + time + 2 + n);
    return value * scale;
  }
  return 0;
}

/** The last page's count of samples: Opus at 48 kHz whatever it was recorded at, Vorbis at its own. */
function ofOgg(data: Uint8Array, view: DataView): number {
  const vorbis = findBytes(data.subarray(0, 256), [1, ...letters("vorbis")], 0);
  const rate = vorbis < 0 ? 48000 : view.getUint32(vorbis + 12, true);
  for (let at = data.length - 27; at >= 0; at--) {
    if (data[at] !== 0x4f || name(data, at) !== "OggS") continue;
    const [low, high] = [view.getUint32(at + 6, true), view.getUint32(at + 10, true)];
    if (high < 2 ** 21 && rate) return (high * WORD + low) / rate; // a page in which nothing ends says all ones
  }
  return 0;
}

const KILOBITS = { 3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320], 2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] };

/** By the first frame's rate of bits. A file of changing rates is taken for as long as its slowest, where that is the first. */
function ofMpeg(data: Uint8Array, view: DataView): number {
  const tag = name(data, 0).startsWith("ID3") ? 10 + data.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0) : 0;
  for (let at = tag; at + 4 <= Math.min(data.length, tag + 65536); at++) {
    const head = view.getUint32(at);
    if (head >>> 21 !== 0x7ff || ((head >>> 17) & 3) !== 1) continue; // layer 3
    const kilobits = KILOBITS[((head >>> 19) & 3) === 3 ? 3 : 2][(head >>> 12) & 15];
    if (kilobits) return ((data.length - at) * 8) / (kilobits * 1000);
  }
  return 0;
}

const letters = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const name = (data: Uint8Array, at: number): string => String.fromCharCode(...data.subarray(at, at + 4));
const find = (data: Uint8Array, text: string, from: number): number => findBytes(data, letters(text), from);

function findBytes(data: Uint8Array, wanted: readonly number[], from: number): number {
  for (let at = data.indexOf(wanted[0] as number, from); at >= 0; at = data.indexOf(wanted[0] as number, at + 1)) {
    if (wanted.every((byte, n) => data[at + n] === byte)) return at;
  }
  return -1;
}
