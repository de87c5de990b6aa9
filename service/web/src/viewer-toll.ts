// How much of one page a parser hands to the frame that draws it: the frame keeps all of it, so a few kilobytes that unpack into millions of strokes would
// fill its memory long before its time is up. Beyond what an honest page needs nothing more of it goes over, but the word that it failed. Pure.

const MOST_STEPS = 100_000; // of a page: a dense map has a third
const MOST_BYTES = 320 * 1024 * 1024; // of a page: two pictures of 40 million points

interface Sent {
  streamId?: number;
  chunk?: { fnArray?: ArrayLike<number> };
}

export class Toll {
  private stream = -1;
  private steps = 0;
  private bytes = 0;

  /** Raises RangeError. A page has a stream of its own. */
  pay(sent: unknown, moved: readonly unknown[]): void {
    const { streamId = -1, chunk } = (typeof sent === "object" && sent !== null ? sent : {}) as Sent;
    if (chunk?.fnArray && streamId !== this.stream) [this.stream, this.steps, this.bytes] = [streamId, 0, 0];
    const steps = chunk?.fnArray?.length ?? 0;
    const bytes = moved.reduce<number>((sum, one) => sum + (one instanceof ArrayBuffer ? one.byteLength : 0), 0);
    [this.steps, this.bytes] = [this.steps + steps, this.bytes + bytes];
    if ((steps && this.steps > MOST_STEPS) || (bytes && this.bytes > MOST_BYTES)) throw new RangeError("more than an honest page");
  }
}
