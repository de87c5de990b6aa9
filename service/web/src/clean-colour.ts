// Colour profiles (ICC). A screen's own profile is as good as a serial number, so none is kept: one of the common three is written anew.

import { ascii, bytesOf, number } from "./clean-file.js";

/** Red, green and blue in XYZ, as a profile holds them: for D50. */
const SRGB = [0.4361, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141];
const P3 = [0.5151, 0.2412, -0.0011, 0.292, 0.6922, 0.0419, 0.1571, 0.0666, 0.7841];
const ADOBE = [0.6097, 0.3111, 0.0195, 0.2053, 0.6257, 0.0609, 0.1492, 0.0632, 0.7446];
const D50 = [0.9642, 1, 0.8249];
const NEAR = 0.002; // programs round differently; the three are a hundred times further apart
const MOST_TAGS = 64;

/** A profile with the same colours and no words: P3 or Adobe RGB; undefined for sRGB, which is what no profile means, and for all others. */
export function plainProfile(profile: Uint8Array): Uint8Array | undefined {
  const colours = colourants(profile);
  const known = [P3, ADOBE].find((one) => one.every((value, i) => Math.abs(value - (colours[i] ?? 9)) < NEAR));
  return known && writeProfile(known);
}

/** sRGB, for where a profile must stand. */
export const srgbProfile = (): Uint8Array => writeProfile(SRGB);

function colourants(profile: Uint8Array): number[] {
  const found: Record<string, number[]> = {};
  for (let i = 0; i < Math.min(number(profile, 128, 4), MOST_TAGS); i++) {
    const entry = 132 + 12 * i;
    const from = number(profile, entry + 4, 4);
    found[ascii(profile, entry, 4)] = [8, 12, 16].map((at) => (number(profile, from + at, 4) | 0) / 65536);
  }
  return ["rXYZ", "gXYZ", "bXYZ"].flatMap((name) => found[name] ?? []);
}

function writeProfile(colours: number[]): Uint8Array {
  const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
  const fixed = (value: number): number[] => bytesOf(Math.round(value * 65536) >>> 0, 4);
  const xyz = (values: number[]): number[] => [...letters("XYZ \0\0\0\0"), ...values.flatMap(fixed)];
  const curve = colours === ADOBE
    ? [...letters("curv\0\0\0\0\0\0\0\x01"), 2, 51, 0, 0]
    : [...letters("para\0\0\0\0\0\x03\0\0"), ...[2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].flatMap(fixed)];
  const bodies = [xyz(D50), ...[0, 3, 6].map((i) => xyz(colours.slice(i, i + 3))), curve, letters("mluc\0\0\0\0\0\0\0\0\0\0\0\x0c")];
  const names = ["wtpt", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "desc", "cprt"];
  const table = 128 + 4 + 12 * names.length;
  const starts = bodies.map((_, i) => bodies.slice(0, i).reduce((sum, body) => sum + body.length, table));
  const tags = names.flatMap((name, i) => {
    const body = i < 4 ? i : i < 7 ? 4 : 5; // the three curves are one, and so are the two empty texts
    return [...letters(name), ...bytesOf(starts[body] ?? 0, 4), ...bytesOf(bodies[body]?.length ?? 0, 4)];
  });
  const bytes = [...new Array<number>(128).fill(0), ...bytesOf(names.length, 4), ...tags, ...bodies.flat()];
  const put = (at: number, values: number[]): void => values.forEach((value, i) => (bytes[at + i] = value));
  put(0, bytesOf(bytes.length, 4));
  put(8, [4, 0x30, 0, 0, ...letters("mntrRGB XYZ ")]);
  put(36, letters("acsp"));
  put(68, D50.flatMap(fixed));
  return new Uint8Array(bytes);
}
