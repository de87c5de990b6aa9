// A page opened from a memory card may start no worker: the same handlers, asked in the page. The stretching pauses by itself, so that the page stays alive.

import { ProtocolError } from "../../../crypto/ts/errors.js";
import { Refusal } from "./refusal.js";
import { type Answer, type Args } from "./worker-calls.js";
import { forget, type Handlers, sealing } from "./worker-sealing.js";

type Known = keyof typeof sealing;

export class Keeper {
  async ask<K extends Known>(op: K, args: Args<K>, progress: (share: number) => void = () => undefined): Promise<Answer<K>> {
    try {
      return await (sealing as Pick<Handlers<Known>, K>)[op](args, progress);
    } catch (error) {
      throw new Refusal(error instanceof ProtocolError ? error.slug : "internal");
    }
  }

  end(): void {
    forget();
  }
}
