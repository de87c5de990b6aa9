// The desk's side of a frame with a script: it hands in the bytes once, answers what the frame asks, and ends what takes too long.

import { signOfLife } from "./desk-playback.js";
import { fetchPdfFont } from "./desk-server.js";
import { makeWorker } from "./desk-vault.js";
import type { LiveFrame } from "./desk-viewing.js";
import { t } from "./desk-words.js";
import type { Given, Said } from "./viewer-port.js";

const PATIENCE = 4_000; // ms for a page: a hostile one takes 250 MB a second meanwhile; what needs longer is saved and looked at elsewhere
const NATIVE = 15_000; // ms where the browser itself decodes, which a hostile file cannot make grow: a slow machine takes its time for a large picture
const BEGINNING = 30_000; // ms for our own parser to be there: a slow machine is no fault of the file
const PDF_WORKER = "/s/pdfworker.js";
const PDF_WORDS = ["previous", "next", "page", "smaller", "larger", "text", "no_text", "page_broken"];

export type FrameFault = "canvas" | "broken" | "locked" | "too_large" | "packed" | "unplayed" | "too_long";

const LONGEST_CHOSEN = 65_536; // letters: some thousand areas

/** What a frame in which something is taken out gets, and whom it tells. */
export interface Taking {
  /** What was chosen when the file was put away. */
  chosen: string;
  /** Called at each change of what is chosen. */
  choose(chosen: string): void;
  /** Gets each copy that somebody makes. */
  made(said: Said & { kind: "made" }): void;
}

/** `fault` is told once, and then nothing is left running. With `taking` areas of it are blacked out. */
export function pdfFrame(data: Uint8Array, fault: (why: FrameFault) => void, taking?: Taking): LiveFrame {
  const worker = makeWorker(PDF_WORKER);
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ port: port1 }, [port1]);
  const words = taking ? { ...wordsOf("pdf", PDF_WORDS), ...wordsOf("redact", REDACT_WORDS) } : wordsOf("pdf", PDF_WORDS);
  const frame = liveFrame({ data, type: taking ? "redact" : "", words, worker: port2 }, fault, taking ?? null, () => worker.terminate());
  worker.onmessage = ({ data: said }: MessageEvent<{ over?: boolean }>): void => {
    if (said.over !== true) return frame.begun(); // the parser greets: it is there, and has nothing of the file yet
    frame.end();
    fault("too_large");
  };
  return frame;
}

const REDACT_WORDS = ["add", "next_area", "remove", "make", "area", "areas_help", "pages_help", "nothing", "blacken", "undo", "passages", "passages_help", "from", "to", "silence", "hear", "stop", "remove_span", "span_help", "sound_help", "still", "still_help", "earlier", "later", "other_moment"];

export function redactFrame(data: Uint8Array, type: string, fault: (why: FrameFault) => void, taking: Taking): LiveFrame {
  return liveFrame({ data, type, words: wordsOf("redact", REDACT_WORDS) }, fault, taking, () => undefined);
}

export const wordsOf = (group: string, names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, t(`${group}.${name}`)]));

function liveFrame(given: Omit<Given, "desk" | "chosen" | "language">, fault: (why: FrameFault) => void, taking: Taking | null, ended: () => void): LiveFrame & { begun(): void } {
  const { port1: desk, port2: port } = new MessageChannel();
  let [timer, over, bytes, patience] = [0, false, given.data as Uint8Array | null, given.worker ? BEGINNING : NATIVE];
  const end = (): void => {
    over = true;
    window.clearTimeout(timer);
    desk.close();
    bytes = null;
    ended();
  };
  const fail = (why: FrameFault): void => {
    if (over) return;
    end();
    fault(why);
  };
  const wait = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => fail("too_long"), patience);
  };
  const rest = (): void => {
    window.clearTimeout(timer);
    timer = 0;
  };
  const begun = (): void => {
    if (patience !== BEGINNING) return;
    patience = PATIENCE;
    if (timer && !over) wait();
  };
  desk.onmessage = ({ data: said }: MessageEvent<Said>): void => {
    if (over) return;
    if (said.kind === "busy") wait();
    if (said.kind === "ready") rest();
    if (said.kind === "alive") signOfLife();
    if (said.kind === "refused") fail(said.why);
    if (said.kind === "chosen" && typeof said.chosen === "string" && said.chosen.length <= LONGEST_CHOSEN) taking?.choose(said.chosen);
    if (said.kind === "made") {
      rest();
      taking?.made(said);
    }
    if (said.kind === "font") void fetchPdfFont(said.name).catch(() => null).then((font) => over || desk.postMessage({ font: said.name, data: font }));
  };
  return {
    end,
    begun, // what reads the file is there: from now on the time is the file's own
    loaded(frame): void {
      if (over || !bytes || !frame.contentWindow) return; // a frame that went elsewhere gets nothing
      wait();
      const moved = [port, ...(given.worker ? [given.worker] : [])];
      // of an opaque origin, so there is no name for whom it is meant; the frame's address is ours, and the policy lets it go nowhere else
      frame.contentWindow.postMessage({ ...given, chosen: taking?.chosen ?? "", data: bytes, language: document.documentElement.lang, desk: port }, "*", moved);
      bytes = null;
    },
  };
}
