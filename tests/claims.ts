// Claims that Node tries: an entry NAME.node.ts prints {claim: "" or what failed} as JSON, and tests/claims.py reads it.

/** A sentence, and what throws unless it is so; one a line `  "sentence": () => {`, by which tests/claims.py finds it. */
export type Claims = Record<string, () => unknown>;

/** Tries one after the other; how long each took goes to stderr, for whoever runs the bundle by hand. */
export async function tryClaims(claims: Claims): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const [claim, check] of Object.entries(claims)) {
    const began = performance.now();
    try {
      await check();
      results[claim] = "";
    } catch (error) {
      results[claim] = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    process.stderr.write(`${Math.round(performance.now() - began)} ms ${claim}\n`);
  }
  return results;
}

export async function printClaims(claims: Claims): Promise<void> {
  process.stdout.write(JSON.stringify(await tryClaims(claims)));
}
