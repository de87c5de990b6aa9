// Before anything is drawn on a canvas: known pixels are written and read back. A browser that resists fingerprinting (Tor Browser)
// gives back others, without an error: what was drawn from them, or made of them, would be false evidence.

const SIDE = 16;
const STEPS = [97, 57, 31]; // of red, green and blue from one pixel to the next

export function canvasIsTrue(): boolean {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIDE, SIDE];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return false;
  const written = context.createImageData(SIDE, SIDE);
  for (let at = 0; at < written.data.length; at += 4) {
    STEPS.forEach((step, n) => (written.data[at + n] = ((at / 4 + 1) * step) % 256));
    written.data[at + 3] = 255;
  }
  context.putImageData(written, 0, 0);
  context.fillStyle = "#2a7fd4";
  context.fillRect(0, 0, SIDE, 1);
  for (let at = 0; at < SIDE * 4; at += 4) written.data.set([0x2a, 0x7f, 0xd4, 255], at);
  const read = context.getImageData(0, 0, SIDE, SIDE).data;
  return written.data.every((value, at) => value === read[at]);
}
