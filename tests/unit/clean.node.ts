// Cleans every file of one folder into another: node clean.mjs FROM INTO. Prints {name: what was found} as JSON.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { clean } from "../../service/web/src/clean.js";

async function cleanAll(from: string, into: string): Promise<void> {
  const results: Record<string, unknown> = {};
  for (const name of readdirSync(from).sort()) {
    const { data, ...found } = await clean(new Blob([new Uint8Array(readFileSync(join(from, name)))]));
    writeFileSync(join(into, name), data instanceof Blob ? new Uint8Array(await data.arrayBuffer()) : data);
    results[name] = found;
  }
  process.stdout.write(JSON.stringify(results));
}

void cleanAll(process.argv[2] ?? "", process.argv[3] ?? "");
