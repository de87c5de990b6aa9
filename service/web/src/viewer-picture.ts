// How large a picture is, before anything decodes it: a file of a few kilobytes can claim points for all the memory there is.

/** Width times height by the file's own head; infinite where it does not say. */
export function pointsOf(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  try {
    return readSize(data, view).reduce((all, side) => all * side, 1);
  } catch (error) {
    if (error instanceof RangeError) return Infinity;
    throw error;
  }
}

function readSize(data: Uint8Array, view: DataView): [number, number] {
  if (view.getUint32(0) === 0x89504e47) return [view.getUint32(16), view.getUint32(20)];
  if (text(data, 0) === "GIF8") return [view.getUint16(6, true), view.getUint16(8, true)];
  if (text(data, 8) === "WEBP") return ofWebp(data, view);
  if (view.getUint16(0) === 0xffd8) return ofJpeg(view);
  return ofBoxes(data, view);
}

function ofWebp(data: Uint8Array, view: DataView): [number, number] {
  const three = (at: number): number => 1 + view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  if (text(data, 12) === "VP8X") return [three(24), three(27)];
  if (text(data, 12) === "VP8 ") return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  const bits = view.getUint32(21, true);
  return text(data, 12) === "VP8L" ? [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1] : [Infinity, 1];
}

/** The largest of all frames: what stands first need not be what is decoded. */
function ofJpeg(view: DataView): [number, number] {
  let found: [number, number] = [0, 0];
  for (let at = 2; at + 4 <= view.byteLength && view.getUint8(at) === 0xff; ) {
    const mark = view.getUint8(at + 1);
    if (mark === 0xda) break;
    if (mark >= 0xc0 && mark <= 0xcf && mark !== 0xc4 && mark !== 0xc8 && mark !== 0xcc) found = [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += mark === 0xff || (mark >= 0xd0 && mark <= 0xd8) ? (mark === 0xff ? 1 : 2) : 2 + view.getUint16(at + 2);
  }
  return found[0] && found[1] ? found : [Infinity, 1];
}

/** AVIF: the largest picture that any of its properties names. */
function ofBoxes(data: Uint8Array, view: DataView): [number, number] {
  let found: [number, number] = [0, 0];
  for (let at = data.indexOf(0x69); at >= 0; at = data.indexOf(0x69, at + 1)) {
    if (text(data, at) !== "ispe") continue;
    const size: [number, number] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (size[0] * size[1] > found[0] * found[1]) found = size;
  }
  return found[0] && found[1] ? found : [Infinity, 1];
}

const text = (data: Uint8Array, at: number): string => String.fromCharCode(...data.subarray(at, at + 4));
