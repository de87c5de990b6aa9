// Claims about copies from which something was taken out, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_redact.py reads it.
import assert from "node:assert/strict";

import { lookOf } from "../../service/web/src/desk-viewing.js";
import { makePdf, type PicturePage } from "../../service/web/src/viewer-pdf-made.js";
import { Toll } from "../../service/web/src/viewer-toll.js";
import { channelOf, clock, makeSound, readSound, secondsIn, secondsOf, silence, type Sound, spanIn } from "../../service/web/src/viewer-sound.js";
import { type Claims, printClaims } from "../claims.js";

const text = (words: string): number[] => [...words].map((letter) => letter.charCodeAt(0));
const little = (value: number, bytes: number): number[] => Array.from({ length: bytes }, (_, n) => Math.floor(value / 256 ** n) % 256);
const chunk = (name: string, body: readonly number[]): number[] => [...text(name), ...little(body.length, 4), ...body, ...(body.length % 2 ? [0] : [])];
const head = (kind: number, channels: number, rate: number, bits: number): number[] =>
  [...little(kind, 2), ...little(channels, 2), ...little(rate, 4), ...little((rate * channels * bits) / 8, 4), ...little((channels * bits) / 8, 2), ...little(bits, 2)];
const wave = (format: readonly number[], samples: readonly number[], ...more: number[][]): Uint8Array =>
  new Uint8Array([...text("RIFF"), ...little(0, 4), ...text("WAVE"), ...more.flat(), ...chunk("fmt ", format), ...chunk("data", samples), ...more.flat()]);
const NAMED = chunk("LIST", text("INFOIART planted-31"));
const tone = (bytes: number): number[] => Array.from({ length: bytes }, (_, n) => 1 + (n % 127));
const sound = (data: Uint8Array): Sound => {
  const found = readSound(data);
  assert.ok(found);
  return found;
};
const read = (data: Uint8Array, name: string): number => Buffer.from(data).indexOf(name);

const refuses = (act: () => void): boolean => {
  try {
    act();
    return false;
  } catch (error) {
    return error instanceof RangeError;
  }
};

const claims: Claims = {
  "a passage is silence from its first sample to its last, and the rest is as it was": () => {
    for (const [bits, quiet] of [[8, 128], [16, 0], [24, 0], [32, 0]] as const) {
      const samples = tone(100 * 2 * (bits / 8)); // two channels, a hundred moments a second
      const made = sound(wave(head(1, 2, 100, bits), samples));
      silence(made, [{ from: 0.255, to: 0.501 }]);
      const align = (2 * bits) / 8;
      const again = sound(makeSound(made)).samples;
      again.forEach((byte, n) => assert.equal(byte, n >= 25 * align && n < 51 * align ? quiet : samples[n], `${bits} ${n}`));
    }
  },
  "a text is shown whatever table its letters are of, and what is none is not taken for one": () => {
    const looks = (bytes: readonly number[] | Uint8Array): string => lookOf(new Uint8Array(bytes))?.join(" ") ?? "nothing";
    const [said, wide] = ["Меня били. № 5", [..."Мені ұрды"].flatMap((letter) => little(letter.charCodeAt(0), 2))];
    const old = (table: string): number[] => {
      const letters = [...new TextDecoder(table).decode(Uint8Array.from({ length: 256 }, (_, n) => n))];
      return [...said].map((letter) => letters.indexOf(letter)).filter((byte) => byte >= 0);
    };
    assert.equal(looks(new TextEncoder().encode(said)), "text text/plain;charset=utf-8");
    assert.equal(looks([0xff, 0xfe, ...wide]), "text text/plain;charset=utf-16le");
    assert.equal(looks([0xfe, 0xff, ...wide.map((_, n) => wide[n ^ 1] ?? 0)]), "text text/plain;charset=utf-16be");
    assert.equal(looks(old("windows-1251")), "text text/plain;charset=windows-1251");
    for (const other of [old("koi8-r"), old("ibm866"), old("iso-8859-5"), [...old("windows-1251"), 0], [0xff, 0xfe, 0x00, 0xd8], text("PK\x03\x04"), [0x80, 0x81, 0x82]]) assert.equal(looks(other), "nothing", other.join());
    for (const start of [[0xff, 0xfb, 0x90, 0], [0xff, 0xf3, 0x40, 0], text("ID3")]) assert.equal(looks(start), "audio audio/mpeg");
  },
  "no chunk but the samples and what they are goes into the copy": () => {
    const data = wave(head(1, 1, 8000, 8), tone(8001), NAMED);
    assert.ok(read(data, "planted") > 0);
    const made = makeSound(sound(data));
    assert.deepEqual([read(made, "planted"), read(made, "LIST"), made.length], [-1, -1, 44 + 8001 + 1]);
    assert.equal(new DataView(made.buffer).getUint32(4, true), made.length - 8);
    assert.deepEqual([...sound(made).samples], tone(8001));
  },
  "packed sound, and a file that lies about its samples, is none": () => {
    for (const format of [head(2, 1, 8000, 4), head(85, 1, 8000, 16), head(6, 1, 8000, 8), head(1, 1, 8000, 12), head(1, 0, 8000, 16), head(1, 1, 0, 16), Object.assign(head(1, 2, 8000, 16), { 12: 2 }), head(3, 1, 8000, 16), head(1, 1, 8000, 16).slice(0, 14), [0xfe, 0xff, ...head(1, 1, 8000, 16).slice(2)]]) {
      assert.equal(readSound(wave(format, tone(64))), null, format.join());
    }
    assert.equal(readSound(new Uint8Array(text("RIFF    WAVE"))), null);
    assert.equal(readSound(new Uint8Array([...text("RIFF    WAVE"), ...chunk("data", tone(64)), ...chunk("fmt ", head(1, 1, 8000, 16))])), null);
  },
  "what a recorder left too long, or with half a sample, ends where the file ends": () => {
    const data = wave(head(1, 1, 8000, 16), tone(64));
    const cut = data.slice(0, data.length - 3);
    new DataView(cut.buffer).setUint32(40, 0xffffffff, true);
    assert.equal(sound(cut).samples.length, 60);
  },
  "an extended head keeps what it says of its samples": () => {
    const format = [...head(0xfffe, 1, 8000, 16), ...little(22, 2), ...little(16, 2), ...little(4, 4), ...little(1, 2), ...new Array<number>(14).fill(7), ...text("planted")];
    const made = makeSound(sound(wave(format, tone(64))));
    assert.equal(read(made, "planted"), -1);
    assert.deepEqual([...sound(made).format], format.slice(0, 40));
  },
  "what is heard is what the samples say": () => {
    const of = (kind: number, bits: number, bytes: number[]): number[] => [...channelOf(sound(wave(head(kind, 1, 8000, bits), bytes)), 0)];
    assert.deepEqual([of(1, 8, [128, 0, 192]), of(1, 16, [0, 0, 0, 128, 0, 64]), of(1, 24, [0, 0, 128, 0, 0, 64]), of(1, 32, [0, 0, 0, 128]), of(3, 32, [0, 0, 128, 63])], [[0, -1, 0.5], [0, -1, 0.5], [-1, 0.5], [-1], [1]]);
    assert.deepEqual([...channelOf(sound(wave(head(1, 2, 8000, 8), [128, 0, 128, 192])), 1)], [-1, 0.5]);
  },
  "a passage to the end that is shown goes to the last sample": () => {
    for (const moments of [6552, 6548, 6550, 5999, 6000, 12_345]) { // a hundred a second: clock() rounds most of them
      const made = sound(wave(head(1, 1, 100, 8), tone(moments)));
      const long = secondsOf(made);
      silence(made, [spanIn("0:10", clock(long), long)!]);
      assert.deepEqual([made.samples[999] === 128, made.samples.subarray(1000).every((byte) => byte === 128)], [false, true], String(moments));
    }
    assert.deepEqual([spanIn("0:01", "99:00", 65.48), spanIn("0:01", "0:30", 65.48), spanIn("0:30", "0:01", 65.48), spanIn("0:01", "x", 65.48)], [{ from: 1, to: 65.48 }, { from: 1, to: 30 }, null, null]);
  },
  "moments are read as people write them, and nothing else is": () => {
    assert.deepEqual(["90", "1:30", "1:30,5", "0:01:30", " 2:05 "].map(secondsIn), [90, 90, 90.5, 90, 125]);
    for (const wrong of ["", "a", "-1", "1:", ":1", "1:2:3:4", "1e3", "1.5:00", "Infinity"]) assert.ok(Number.isNaN(secondsIn(wrong)), wrong);
    assert.deepEqual([0, 65, 65.52, 59.99, 3600].map(clock), ["0:00", "1:05", "1:05.5", "1:00", "60:00"]);
    assert.equal(secondsOf(sound(wave(head(1, 2, 100, 16), tone(400)))), 1);
  },
  "a page hands over no more steps and pictures than an honest one, and the next begins anew": () => {
    const steps = (streamId: number, many: number): unknown => ({ streamId, chunk: { fnArray: new Array<number>(many).fill(1) } });
    const toll = new Toll();
    for (let n = 0; n < 100; n++) toll.pay(steps(1, 1000), []);
    assert.ok(refuses(() => toll.pay(steps(1, 1), [])));
    toll.pay({ streamId: 1, reason: "failed" }, []); // that it failed still goes over
    toll.pay(steps(2, 1000), []);
    const large = new Toll();
    const picture = new ArrayBuffer(160 * 1024 * 1024);
    for (let n = 0; n < 2; n++) large.pay(["obj"], [picture, "a port"]);
    assert.ok(refuses(() => large.pay(["obj"], [new ArrayBuffer(1)])));
    large.pay(steps(3, 1), [picture]);
    for (const nothing of [null, "ready", undefined, 7]) large.pay(nothing, []);
  },
  "a PDF of pictures says where each of its objects is, and nothing but pictures": () => {
    const page = (data: number[], width: number): PicturePage => ({ data: new Uint8Array(data), width, height: 20, across: width / 2, down: 10 });
    const made = Buffer.from(makePdf([page([1, 2, 3], 10), page([4, 5], 30)])).toString("latin1");
    const table = Number(/startxref\n(\d+)/.exec(made)?.[1]);
    assert.ok(made.startsWith("%PDF-1.4\n") && made.slice(table).startsWith("xref\n0 9\n"));
    const places = [...made.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map((found) => Number(found[1]));
    places.forEach((place, n) => assert.ok(made.slice(place).startsWith(`${n + 1} 0 obj\n`), String(n)));
    assert.equal(places.length, 8);
    assert.ok(made.includes("/Count 2/Kids[3 0 R 6 0 R]") && made.includes("/MediaBox[0 0 15.00 10.00]") && made.includes("/Width 30/Height 20"));
    assert.ok(made.includes("/Length 3>>stream\n\x01\x02\x03\nendstream") && made.includes("/Length 2>>stream\n\x04\x05\nendstream"));
    const lengths = [...made.matchAll(/<<\/Length (\d+)>>stream\n([^\n]*)\nendstream/g)].map(([, length, body]) => [Number(length), body?.length]);
    assert.deepEqual(lengths.map(([said]) => said), lengths.map(([, is]) => is));
    assert.equal(lengths.length, 2);
  },
};

void printClaims(claims);
