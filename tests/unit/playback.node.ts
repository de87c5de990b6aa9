// Claims about how long a clip keeps the desk awake, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_playback.py reads it.
import assert from "node:assert/strict";

import { clipSeconds } from "../../service/web/src/desk-clip.js";
import { Playback } from "../../service/web/src/desk-playback.js";
import { type Claims, printClaims } from "../claims.js";

const text = (words: string): number[] => [...words].map((letter) => letter.charCodeAt(0));
const big = (value: number, bytes = 4): number[] => Array.from({ length: bytes }, (_, n) => Math.floor(value / 256 ** (bytes - 1 - n)) % 256);
const little = (value: number, bytes = 4): number[] => big(value, bytes).reverse();
const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const file = (...parts: readonly number[][]): Uint8Array => new Uint8Array(parts.flat());
const box = (name: string, ...parts: readonly number[][]): number[] => [...big(8 + parts.flat().length), ...text(name), ...parts.flat()];
const wave = (size: number, rate = 8000): Uint8Array =>
  file(text("RIFF"), zeros(4), text("WAVEfmt "), little(16), [1, 0, 1, 0], little(rate), little(rate), [1, 0, 8, 0], text("LIST"), little(3), zeros(4), text("data"), little(size), zeros(24000));

/** Seconds, from `from` on, for which a playback stays a sign of life when looked at each second. */
function lasts(playback: Playback, seconds: number, from: number, pressedAt: readonly number[] = []): number {
  const clip = { seconds };
  for (let second = 0; second < 20000; second++) if (!playback.isLive(clip, { focused: true, pressed: pressedAt.includes(second) }, from + second * 1000)) return second;
  return Infinity;
}

const claims: Claims = {
  "a sound is as long as its bytes, whatever it claims": () => {
    assert.equal(clipSeconds(wave(16000), "audio/wav"), 2);
    assert.equal(clipSeconds(wave(4294967295), "audio/wav"), 3);
    assert.equal(clipSeconds(wave(16000, 0), "audio/wav"), 0);
  },
  "a film is as long as its header says, in words or in double words": () => {
    const short = box("mvhd", zeros(4), zeros(8), big(600), big(90 * 600), zeros(80));
    const long = box("mvhd", [1, 0, 0, 0], zeros(16), big(1000), big(7_200_000, 8), zeros(80));
    assert.equal(clipSeconds(file(box("ftyp"), box("moov", short)), "video/mp4"), 90);
    assert.equal(clipSeconds(file(box("ftyp"), box("moov", long)), "video/mp4"), 7200);
  },
  "a film in fragments is as long as the beginning of its last": () => {
    const head = box("moov", box("mvhd", zeros(4), zeros(8), big(1000), zeros(4), zeros(80)), box("mdhd", zeros(12), big(48000), zeros(8)));
    const piece = (at: number): number[] => box("moof", box("tfdt", [1, 0, 0, 0], big(at * 48000, 8)));
    assert.equal(clipSeconds(file(head, piece(0), piece(61), piece(30)), "audio/mp4"), 61);
  },
  "a recording of a page is as long as the beginning of its last cluster": () => {
    const cluster = (time: number): number[] => [0x1f, 0x43, 0xb6, 0x75, 0x01, 255, 255, 255, 255, 255, 255, 255, 0xe7, 0x82, ...big(time, 2), ...zeros(40)];
    assert.equal(clipSeconds(file([0x1a, 0x45, 0xdf, 0xa3], cluster(0), cluster(42_000)), "video/webm"), 42);
    const duration = new Uint8Array(new Float64Array([12_500]).buffer).reverse();
    assert.equal(clipSeconds(file([0x1a, 0x45, 0xdf, 0xa3, 0x44, 0x89, 0x88], [...duration]), "video/webm"), 12.5);
  },
  "an Ogg is as long as the count of its last page": () => {
    const page = (samples: number): number[] => [...text("OggS"), 0, 0, ...little(samples), ...zeros(30)];
    assert.equal(clipSeconds(file(page(0), text("OpusHead"), page(48000 * 75)), "audio/ogg"), 75);
    assert.equal(clipSeconds(file(page(0), [1, ...text("vorbis")], zeros(5), little(16000), page(16000 * 9)), "audio/ogg"), 9);
  },
  "an MP3 is as long as its bytes at its rate": () => {
    assert.equal(clipSeconds(file(text("ID3"), [4, 0, 0, 0, 0, 0, 4], zeros(4), [0xff, 0xfb, 0x90, 0], zeros(31_996)), "audio/mpeg"), 2);
  },
  "what breaks off or says nothing has no length": () => {
    for (const type of ["audio/wav", "audio/mp4", "video/mp4", "video/webm", "audio/ogg", "audio/mpeg", "image/png", "constructor"]) {
      for (const data of [[], text("RIFF"), text("OggS"), text("    mvhd"), [0xff], [0x1f, 0x43, 0xb6, 0x75], text("    mvhd   mdhd tfdt"), [...zeros(30), 0x1f, 0x43, 0xb6, 0x75, 0xe7]]) {
        assert.equal(clipSeconds(file(data), type), 0, `${type} ${data.length}`);
      }
    }
  },
  "a playing clip is a sign of life for its length and half a minute": () => {
    assert.equal(lasts(new Playback(), 120, 5000), 150);
  },
  "a clip that claims to be endless is believed for an hour": () => {
    assert.equal(lasts(new Playback(), 1e12, 5000), 3630);
  },
  "a press in the frame begins it anew, and is a sign of life where nothing plays": () => {
    assert.equal(lasts(new Playback(), 120, 5000, [0, 100]), 250);
    assert.equal(lasts(new Playback(), 0, 5000, [0, 1, 2]), 3);
  },
  "nothing lives without the focus, without a clip, or in a machine that slept": () => {
    const playback = new Playback();
    const clip = { seconds: 1000 };
    assert.equal(playback.isLive(clip, { focused: true, pressed: false }, 0), true);
    assert.equal(playback.isLive(clip, { focused: false, pressed: true }, 1000), false);
    assert.equal(playback.isLive(null, { focused: true, pressed: true }, 2000), false);
    assert.equal(playback.isLive(clip, { focused: true, pressed: false }, 3000), true);
    assert.equal(playback.isLive(clip, { focused: true, pressed: false }, 100_000), false);
  },
};

void printClaims(claims);
