// A voice note, recorded in memory. Nothing of it is kept: it goes the way of every other file.

import { el } from "./page-dom.js";
import { lent } from "./part-lent.js";

const LONGEST = 10 * 60; // seconds

const canRecord = (): boolean => "MediaRecorder" in window && Boolean(navigator.mediaDevices?.getUserMedia);

export class VoiceNote {
  private recorder: MediaRecorder | undefined;
  private seconds = 0;
  private ticking = 0;
  private asking = false; // for the microphone: a second press would open it twice, and the first would stay open

  constructor(private readonly done: (file: File) => void) {}

  get recording(): boolean {
    return this.recorder?.state === "recording";
  }

  /** Begins, or ends and hands over the file. */
  async toggle(): Promise<void> {
    if (this.asking) return;
    if (this.recorder) return this.stop();
    this.asking = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const recorder = (this.recorder = new MediaRecorder(stream));
      const parts: Blob[] = [];
      recorder.ondataavailable = ({ data }): void => void parts.push(data);
      recorder.onstop = (): void => {
        for (const track of stream.getTracks()) track.stop();
        window.clearInterval(this.ticking);
        this.recorder = undefined;
        this.paint();
        const type = (recorder.mimeType || "audio/webm").split(";")[0] as string;
        if (this.seconds >= 0) this.done(new File(parts, `voice.${type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm"}`, { type }));
      };
      this.seconds = 0;
      recorder.start();
      this.ticking = window.setInterval(() => {
        this.seconds++;
        window.dispatchEvent(new Event("timeupdate")); // who speaks touches nothing: the page does not empty itself meanwhile
        this.paint();
        if (this.seconds >= LONGEST) recorder.stop();
      }, 1000);
      this.paint();
    } catch {
      lent.fault(lent.say("no_microphone"));
    } finally {
      this.asking = false;
    }
  }

  private stop(): void {
    if (this.recording) this.recorder?.stop();
  }

  /** Ends without a file. */
  wipe(): void {
    this.seconds = -1;
    this.stop();
  }

  paint(): void {
    const button = el("record");
    if (!button) return;
    button.hidden = !canRecord();
    const text = this.recorder ? lent.say("recording", { n: Math.max(0, this.seconds) }) : lent.say("record");
    if (button.textContent !== text) button.textContent = text;
    button.toggleAttribute("data-on", this.recording);
  }
}
