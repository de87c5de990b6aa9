// What a file answers, and in which messages its key goes: for all readers, with the sealed name, or for the first readers alone (SPEC 6.3).

import { lent } from "./part-lent.js";
import type { Pairs, SealedFile, Streams } from "./worker-calls.js";

/** A question of the forms that a file can answer. */
export interface FileQuestion {
  readonly id: string;
  readonly seal: keyof Streams;
  readonly form: string;
}

export interface Answering {
  readonly file: SealedFile;
  /** None: something else, for all readers. */
  readonly question: FileQuestion | undefined;
}

const MANIFEST = "evidence_list"; // SPEC 6.3
const MOST = 64; // SPEC 6.3: files in a list; whoever reads a longer one reads nothing of the message
const ENTRY = 170; // bytes of a file in a manifest, beside its name and type

/** As the site was built: ID:SEAL:FORM, and the words of each beside it. */
export function fileQuestions(): FileQuestion[] {
  return lent.say("file_questions").split(" ").filter(Boolean).map((one) => {
    const [id = "", seal = "", form = ""] = one.split(":");
    return { id, seal: seal as keyof Streams, form };
  });
}

export const sealOf = ({ question }: Answering): keyof Streams => question?.seal ?? "account";

/** What goes in one message each: no more files than a list takes, and of what is locked away no more than there is room for. */
export function inMessages(all: readonly Answering[]): Answering[][] {
  const limits = lent.page().limits;
  let left = { ...limits };
  let batch: Answering[] = [];
  const batches = [batch];
  for (const one of all) {
    const seal = sealOf(one);
    const cost = seal === "account" ? 0 : 2 * (ENTRY + bytesOf(one.file.name) + bytesOf(one.file.type));
    if ((cost > left[seal] && batch.length) || batch.length === MOST) {
      left = { ...limits };
      batches.push((batch = []));
    }
    left[seal] -= cost;
    batch.push(one);
  }
  return batches;
}

/** The answers of one message: which files answer which question, and the manifests of those that are locked away. */
export async function answersOf(batch: readonly Answering[], list: (files: SealedFile[]) => Promise<string>): Promise<Streams> {
  const streams: Streams = { account: [], identity: [], intake: [] };
  const forms = new Set<string>();
  for (const seal of ["account", "identity", "intake"] as const) {
    const mine = batch.filter((one) => sealOf(one) === seal);
    const marks: Pairs = streams[seal === "intake" ? "intake" : "account"];
    for (const id of Array.from(new Set(mine.flatMap(({ question }) => question?.id ?? [])))) {
      marks.push([id, mine.filter(({ question }) => question?.id === id).map(({ file }) => idOf(file)).join(" ")]);
    }
    if (seal !== "intake") for (const { question } of mine) if (question) forms.add(question.form);
    if (mine.length && seal !== "account") streams[seal].push([MANIFEST, await list(mine.map(({ file }) => file))]);
  }
  if (forms.size) streams.account.push(["form", Array.from(forms).join(" ")]);
  return streams;
}

const idOf = ({ uploadId }: SealedFile): string => Array.from(uploadId, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
