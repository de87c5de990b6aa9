// Sound whose samples stand in the file as they are (WAV): spans of it are overwritten with silence, and nothing but the samples and what they are goes
// into the copy. Of every other kind a frame leans on those before it, so that what is cut out sounds on in what is left. Pure.

/** Whole seconds or parts of them, from the beginning. */
export interface Span {
  from: number;
  to: number;
}

export interface Sound {
  /** What the samples are, as it stands in the file. */
  format: Uint8Array;
  samples: Uint8Array;
  /** Bytes of one moment in all channels, and moments a second. */
  align: number;
  rate: number;
  channels: number;
  bits: number;
  floats: boolean;
}

const HEAD = 8;
const [WHOLE, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];
const BITS: Readonly<Record<number, readonly number[]>> = { [WHOLE]: [8, 16, 24, 32], [FLOAT]: [32, 64] };

/** Null where the samples are packed, or the file does not say what they are. */
export function readSound(data: Uint8Array): Sound | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let format: Uint8Array | null = null;
  for (let at = 12; at + HEAD <= data.length; ) {
    const [name, size] = [String.fromCharCode(...data.subarray(at, at + 4)), view.getUint32(at + 4, true)];
    const body = data.subarray(at + HEAD, at + HEAD + size);
    if (name === "fmt ") format = body;
    if (name === "data") return format && readFormat(format, body);
    at += HEAD + size + (size % 2);
  }
  return null;
}

function readFormat(format: Uint8Array, samples: Uint8Array): Sound | null {
  if (format.length < 16) return null;
  const view = new DataView(format.buffer, format.byteOffset, format.byteLength);
  const extensible = view.getUint16(0, true) === EXTENSIBLE;
  if (extensible && format.length < 40) return null;
  const kind = view.getUint16(extensible ? 24 : 0, true);
  const [channels, rate, align, bits] = [view.getUint16(2, true), view.getUint32(4, true), view.getUint16(12, true), view.getUint16(14, true)];
  if (!BITS[kind]?.includes(bits) || channels === 0 || rate === 0 || align !== (channels * bits) / 8) return null;
  return { format: format.slice(0, extensible ? 40 : 16), samples: samples.slice(0, samples.length - (samples.length % align)), align, rate, channels, bits, floats: kind === FLOAT };
}

export const secondsOf = ({ samples, align, rate }: Sound): number => samples.length / align / rate;

/** From the first sample that is touched to the last; 8 bits have their middle at 128. */
export function silence(sound: Sound, spans: readonly Span[]): void {
  const { samples, align, rate, bits } = sound;
  for (const { from, to } of spans) samples.fill(bits === 8 ? 128 : 0, Math.floor(from * rate) * align, Math.ceil(to * rate) * align);
}

/** RIFF, what the samples are, the samples: no names, no days, no pictures. */
export function makeSound({ format, samples }: Sound): Uint8Array {
  const padding = samples.length % 2;
  const made = new Uint8Array(12 + HEAD + format.length + HEAD + samples.length + padding);
  const view = new DataView(made.buffer);
  const name = (at: number, text: string): void => made.set(Array.from(text, (letter) => letter.charCodeAt(0)), at);
  name(0, "RIFF");
  view.setUint32(4, made.length - HEAD, true);
  name(8, "WAVEfmt ");
  view.setUint32(16, format.length, true);
  made.set(format, 20);
  const at = 20 + format.length;
  name(at, "data");
  view.setUint32(at + 4, samples.length, true);
  made.set(samples, at + HEAD);
  return made;
}

/** `90`, `1:30`, `1:30.5`, `0:01:30`; NaN for anything else. */
export function secondsIn(text: string): number {
  const parts = text.trim().replace(",", ".").split(":");
  if (parts.length > 3 || !parts.every((part, n) => (n === parts.length - 1 ? /^\d{1,6}(\.\d{1,3})?$/ : /^\d{1,3}$/).test(part))) return NaN;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** As `1:30.5`. */
export function clock(seconds: number): string {
  const rest = Math.round((seconds % 60) * 10) / 10;
  return rest >= 60 ? clock(Math.round(seconds)) : `${Math.floor(seconds / 60)}:${String(rest).padStart(Number.isInteger(rest) ? 2 : 4, "0")}`;
}

/** A passage as it was written; null where it is none. The end of the recording as it is shown, rounded, means the end: nothing after it stays. */
export function spanIn(from: string, to: string, long: number): Span | null {
  const end = secondsIn(to);
  const span = { from: secondsIn(from), to: end >= secondsIn(clock(long)) ? long : end };
  return span.from < span.to ? span : null;
}

/** The samples of one channel as a player takes them, -1 to 1. */
export function channelOf({ samples, align, channels, bits, floats }: Sound, channel: number): Float32Array<ArrayBuffer> {
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  const made = new Float32Array(samples.length / align);
  const bytes = align / channels;
  for (let n = 0; n < made.length; n++) {
    const at = n * align + channel * bytes;
    if (floats) made[n] = bits === 32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
    else if (bits === 8) made[n] = (view.getUint8(at) - 128) / 128;
    else if (bits === 16) made[n] = view.getInt16(at, true) / 2 ** 15;
    else if (bits === 24) made[n] = (view.getInt8(at + 2) * 2 ** 16 + view.getUint16(at, true)) / 2 ** 23;
    else made[n] = view.getInt32(at, true) / 2 ** 31;
  }
  return made;
}
