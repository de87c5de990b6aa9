// Ten minutes without a sign of life lock the desk; the warning comes at eight. Sleep of the machine counts as quiet.

const WARN_AFTER = 8 * 60; // seconds
const LOCK_AFTER = 10 * 60;

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart", "scroll", "timeupdate", "input"] as const;

export class Idle {
  private last = 0;
  private timer = 0;

  /** `tick` is told the seconds left once the warning stands, and 0 when there is none. `lock` is called once. */
  constructor(private readonly tick: (left: number) => void, private readonly lock: () => void) {}

  start(): void {
    this.last = Date.now();
    for (const sign of SIGNS) window.addEventListener(sign, this.alive, { capture: true, passive: true });
    document.addEventListener("visibilitychange", this.look);
    this.timer = window.setInterval(this.look, 1000);
  }

  stop(): void {
    for (const sign of SIGNS) window.removeEventListener(sign, this.alive, { capture: true });
    document.removeEventListener("visibilitychange", this.look);
    window.clearInterval(this.timer);
  }

  private readonly alive = (): void => {
    // A first sign after ten minutes (a machine that slept) comes too late: look before counting it.
    if (this.quiet() >= LOCK_AFTER) return this.look();
    this.last = Date.now();
    this.tick(0);
  };

  private quiet(): number {
    return Math.max(0, Date.now() - this.last) / 1000;
  }

  private readonly look = (): void => {
    const quiet = this.quiet();
    if (quiet >= LOCK_AFTER) {
      this.stop();
      this.lock();
    } else if (quiet >= WARN_AFTER) {
      this.tick(Math.ceil(LOCK_AFTER - quiet));
    }
  };
}
