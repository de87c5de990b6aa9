// A sealed message on its way: the same bytes until the server has them, however often the line breaks.

import { call } from "#server";
import { Refusal } from "./refusal.js";

export type State = "sealing" | "sending" | "waiting" | "sent" | "stopped";

const PAUSES = [2, 4, 8, 15, 30, 60]; // seconds; the last one repeats
const MENDED_BY_WAITING = ["away", "busy", "no_room", "internal"];
const NEW_KEYRINGS = 2; // a keyring may change once while a person writes; more is trouble

export class Sending {
  state: State = "sealing";
  slug = "";
  private timer = 0;
  private tries = 0;
  private renewed = 0;
  private ended = false;
  private bytes: Uint8Array | undefined;

  /** `seal` gives the bytes; it is asked again only when the server has a newer list of readers. */
  constructor(private readonly seal: (newReaders: boolean) => Promise<Uint8Array>, private readonly changed: () => void) {
    window.addEventListener("online", this.again);
    queueMicrotask(() => void this.go(false)); // once whoever makes it has it: else they would still see the state of what was sent before
  }

  /** Now, by the person's wish or because the line is back. */
  readonly again = (): void => {
    if (this.state === "waiting" || this.state === "stopped") void this.go(this.slug === "wrong_keyring");
  };

  /** The words change: these bytes are not sent any more. What is on its way may arrive. */
  end(): State {
    this.ended = true;
    window.clearTimeout(this.timer);
    window.removeEventListener("online", this.again);
    return this.state;
  }

  private async go(newReaders: boolean): Promise<void> {
    window.clearTimeout(this.timer);
    try {
      if (!this.bytes || newReaders) {
        this.turn("sealing");
        this.bytes = await this.seal(newReaders);
      }
      this.turn("sending");
      await painted(); // the code is on the screen before the first byte leaves
      if (this.ended) return;
      await call("messages", this.bytes);
      if (this.ended) return; // what was sent after it has arrived by now, or other words are being written
      this.end();
      this.turn("sent");
    } catch (error) {
      if (!this.ended) this.failed(error instanceof Refusal ? error.slug : "broken");
    }
  }

  private failed(slug: string): void {
    if (slug === "wrong_keyring" && this.renewed++ < NEW_KEYRINGS) return void this.go(true);
    if (MENDED_BY_WAITING.includes(slug)) {
      const pause = PAUSES[Math.min(this.tries++, PAUSES.length - 1)] as number;
      this.timer = window.setTimeout(() => void this.go(false), pause * 1000);
      return this.turn("waiting", slug);
    }
    this.turn("stopped", slug);
  }

  private turn(state: State, slug = ""): void {
    if (this.ended && state !== "sent") return;
    this.state = state;
    this.slug = slug;
    this.changed();
  }
}

function painted(): Promise<void> {
  return new Promise((resolve) => {
    // a hidden tab draws nothing: then time alone counts
    const timer = window.setTimeout(resolve, 300);
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => {
      window.clearTimeout(timer);
      resolve();
    }));
  });
}
