/** SPEC 14: the adapter for foreign test suites, under Node: a request a line on standard input, an answer a line on standard output. */
import { answer } from "./answers.js";

export { answer };

/** One line of JSON in, one out, whatever it is. */
export function answerLine(line: string): string {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    return JSON.stringify({ error: "bad_request" });
  }
  try {
    return JSON.stringify(answer(request));
  } catch (error) {
    process.stderr.write(`${String(error)}\n`); // a fault of ours, which no vector expects
    return JSON.stringify({ error: "internal" });
  }
}

export async function main(): Promise<void> {
  process.stdin.setEncoding("utf8");
  let rest = "";
  for await (const chunk of process.stdin) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) process.stdout.write(answerLine(line) + "\n");
  }
  if (rest) process.stdout.write(answerLine(rest) + "\n");
}

void main();
