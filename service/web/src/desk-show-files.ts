// The files of a message, from the stream that has their keys, with the question that each answers (SPEC 6.3).

import { type Answers, type EvidenceItem, SEALED_FILES, sealedFiles } from "../../../crypto/ts/account.js";
import { hex } from "../../../crypto/ts/encoding.js";
import type { EvidenceFile, OpenedName } from "./desk-opened.js";

const UPLOADS = /^[0-9a-f]{32}( [0-9a-f]{32})*$/;
const MOST = 64; // SPEC 6.3

export interface ShownFiles {
  /** Without those that only say which file answers what. */
  answers: [string, string][];
  intake: [string, string][];
  evidence: EvidenceFile[];
  apart: string[];
}

export function showFiles(account: Answers, evidence: readonly EvidenceItem[], intake: Answers): ShownFiles {
  const kept = filesIn(intake);
  const files = [...evidence.map((item) => showFile(item, account, false)), ...kept.map((item) => showFile(item, intake, true))];
  const here = new Set(files.map(({ upload }) => upload));
  const isSaid = ([, value]: readonly [string, string]): boolean => UPLOADS.test(value) && value.split(" ").every((upload) => here.has(upload));
  const apart = [...account.values()].filter((value) => UPLOADS.test(value)).flatMap((value) => value.split(" ")).filter((upload) => !here.has(upload));
  return {
    answers: [...account].filter((line) => !isSaid(line)),
    intake: [...intake].filter((line) => !isSaid(line) && !(kept.length && line[0] === SEALED_FILES)),
    evidence: files,
    apart: apart.slice(0, MOST),
  };
}

/** `told`: the account of the message, which says what the files are. */
export function showName(identity: Answers, told: Answers): OpenedName {
  const kept = filesIn(identity);
  return { answers: [...identity].filter(([id]) => !(kept.length && id === SEALED_FILES)), files: kept.map((item) => showFile(item, told, false)) };
}

/** A list that is none stays among the answers, where a reader sees that something is wrong with it. */
function filesIn(answers: Answers): readonly EvidenceItem[] {
  try {
    return sealedFiles(answers);
  } catch {
    return [];
  }
}

function showFile({ uploadId, key, blobHash, plaintextHash, size, name, type }: EvidenceItem, told: Answers, forIntake: boolean): EvidenceFile {
  const upload = hex(uploadId);
  const question = [...told].find(([, value]) => UPLOADS.test(value) && value.split(" ").includes(upload))?.[0] ?? "";
  return { upload, key: hex(key), blobHash: hex(blobHash), plaintextHash: hex(plaintextHash), size, name, type, question, forIntake };
}
