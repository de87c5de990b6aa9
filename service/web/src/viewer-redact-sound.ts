// Passages of a recording are overwritten with silence, in a frame that can load nothing: heard as it will be, from any moment, before the copy is made.

import { button, type Words } from "./viewer-areas.js";
import { chosenBefore, tellChosen } from "./viewer-chosen.js";
import { channelOf, clock, makeSound, secondsIn, secondsOf, silence, type Sound, type Span, spanIn } from "./viewer-sound.js";
import { make, type Said } from "./viewer-port.js";

export function redactSound(sound: Sound, words: Words, say: (said: Said) => void, chosen = ""): void {
  const long = secondsOf(sound);
  const spans: Span[] = chosenBefore(chosen, 2).map(([start = 0, end = 0]) => ({ from: start, to: Math.min(end, long) })).filter((span) => 0 <= span.from && span.from < span.to);
  const told = tellChosen(say, chosen);
  const note = make("p", { className: "note" });
  note.setAttribute("role", "status");
  const list = make("ol", { className: "spans" });
  const field = (word: string, value: string): HTMLInputElement => {
    const made = make("input", { type: "text", autocomplete: "off", inputMode: "decimal", value, size: 7 });
    made.setAttribute("aria-label", words[word] ?? "");
    return made;
  };
  const [from, to] = [field("from", "0:00"), field("to", clock(long))];
  let stop = (): void => undefined;

  const tell = (): void => {
    note.textContent = "";
    told(spans.map((span) => [span.from, span.to]));
    list.replaceChildren(...spans.map((span) => make("li", {}, `${clock(span.from)} – ${clock(span.to)} `, button(words["remove_span"] ?? "", () => {
      spans.splice(spans.indexOf(span), 1);
      tell();
      from.focus();
    }))));
  };
  const add = (): void => {
    const span = spanIn(from.value, to.value, long);
    if (!span) return void (note.textContent = words["span_help"] ?? "");
    spans.push(span);
    tell();
  };
  const silenced = (): Sound => {
    const made = { ...sound, samples: sound.samples.slice() };
    silence(made, spans);
    return made;
  };
  const hear = (): void => {
    stop();
    const made = silenced();
    const context = new AudioContext();
    const buffer = context.createBuffer(made.channels, Math.max(1, made.samples.length / made.align), Math.min(Math.max(made.rate, 8000), 96000));
    for (let n = 0; n < made.channels; n++) buffer.copyToChannel(channelOf(made, n), n);
    const player = context.createBufferSource();
    player.buffer = buffer;
    player.playbackRate.value = made.rate / buffer.sampleRate;
    player.connect(context.destination);
    stop = (): void => void context.close().catch(() => undefined).finally(() => (stop = (): void => undefined));
    player.onended = (): void => stop();
    player.start(0, Math.max(0, secondsIn(from.value) - 3 || 0) * player.playbackRate.value);
  };
  const finish = (): void => {
    if (!spans.length) return void (note.textContent = words["nothing"] ?? "");
    say({ kind: "busy" });
    say({ kind: "made", data: makeSound(silenced()), type: "audio/wav", areas: spans.length });
  };
  const bar = make("div", { className: "bar" }, make("label", {}, `${words["from"] ?? ""} `, from), make("label", {}, `${words["to"] ?? ""} `, to), button(words["silence"] ?? "", add),
    button(words["hear"] ?? "", hear), button(words["stop"] ?? "", () => stop()), button(words["make"] ?? "", finish, "main"), note);
  document.body.append(bar, make("p", { className: "note", textContent: `${words["sound_help"] ?? ""} ${clock(long)}` }), list);
  tell();
}
