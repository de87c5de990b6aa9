// Film and sound play in a frame without script, of which this page hears nothing: no `timeupdate`, no pointer, no key. While the frame
// has the focus, the clip counts as a sign of life for as long as it can play, and no longer: whoever left the room is locked out.

/** Longer ones are stopped at by the warning; a click in the frame begins the hour anew. */
const MOST = 60 * 60; // seconds
const SLACK = 30; // seconds: to find the button
const SLEPT = 90; // seconds between two looks that no working machine lets pass; a hidden page is let look once a minute

export interface Clip {
  /** From its file, 0 where it does not say. */
  seconds: number;
}

/** What the page can know of a frame of another origin. */
export interface FrameFocus {
  focused: boolean;
  /** Somebody pressed something within the last seconds; a press inside the frame counts for the page that holds it. */
  pressed: boolean;
}

export class Playback {
  private clip: Clip | null = null;
  private since = NaN; // ms: the last press in the frame, or when it took the focus
  private looked = NaN;

  /** Asked about once a second; true is a sign of life. `now` in ms. */
  isLive(clip: Clip | null, { focused, pressed }: FrameFocus, now: number): boolean {
    const slept = now - this.looked > SLEPT * 1000;
    this.looked = now;
    if (!clip || !focused || slept) {
      [this.clip, this.since] = [null, NaN];
      return false;
    }
    if (this.clip !== clip || pressed) [this.clip, this.since] = [clip, now];
    const seconds = clip.seconds ? Math.min(clip.seconds, MOST) + SLACK : 0;
    return pressed || now - this.since < seconds * 1000;
  }
}

/** For as long as the page is there: where the clip counts, the desk is told what the frame cannot tell it. */
export function watchPlayback(shown: () => Clip | null): void {
  const playback = new Playback();
  window.setInterval(() => {
    const frame = document.querySelector("#viewer iframe");
    const focus = { focused: frame !== null && document.activeElement === frame, pressed: navigator.userActivation?.isActive ?? false };
    if (playback.isLive(shown(), focus, Date.now())) signOfLife();
  }, 1000);
}

/** To desk-idle.ts, in the way in which a clip of the page itself would. */
export function signOfLife(): void {
  window.dispatchEvent(new Event("timeupdate"));
}
