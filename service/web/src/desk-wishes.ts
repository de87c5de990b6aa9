// What the person asks for in a message, by the answers of the mailbox's page. In the page and in the worker.

/** SPEC 8.15: to have the sealed name erased. */
export function asksToErase(answers: Iterable<readonly [string, string]>): boolean {
  return new Map(answers).get("asks") === "erase";
}
