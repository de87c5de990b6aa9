// MP4, MOV, M4A, 3GP, HEIC and AVIF: the boxes of the file itself. Only boxes that make the film or the picture keep their contents.

import { boxes, free } from "./clean-box.js";
import { Broken, type Cleaning } from "./clean-file.js";
import { cleanFragment, cleanMovie } from "./clean-film.js";
import { cleanItems } from "./clean-items.js";

const KEPT = /^(ftyp|styp|mdat|sidx|ssix|mfra|pdin)$/; // not prft: it says the time of day

export async function cleanBoxes(work: Cleaning): Promise<Blob> {
  const all = await boxes(work, 0, work.size);
  const media = all.filter(({ type }) => type === "mdat");
  const movies = all.filter(({ type }) => type === "moov");
  const fragmented = all.some(({ type }) => type === "moof");
  const last = all[all.length - 1];
  work.blank(last?.end ?? 0, work.size);
  let pictures = 0; // in a film a box of the same name holds notes
  for (const box of all) {
    if (box.type === "moov") await cleanMovie(work, box, media, fragmented);
    else if (box.type === "moof") await cleanFragment(work, box);
    else if (box.type === "meta" && work.kind === "heic") {
      await cleanItems(work, box, movies.length ? [] : media, media);
      pictures++;
    } else if (!KEPT.test(box.type)) await free(work, box);
  }
  if (movies.length > 1 || pictures > 1 || movies.length + pictures === 0) throw new Broken(0);
  return work.patched();
}
