// Delete a check of crypto/ts, and some vector or claim fails: `python -m tests.unit.crypto_mutants MODULE.ts ..` starts it, with {cases, equal} on standard input. Slow, not in `make test`.
//
// Each mutant is one module with one change: a check taken away, one side of an `&&` or `||` dropped, a comparison turned or moved by one, a condition fixed.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLAIMS = join(ROOT, "tests/vectors/claims.node.ts");
const MOST_TIME = 300_000; // ms a mutant may take
const CHECKS = /^(?:this\.)?(?:ensure|refuse|verify|check|parse)/;

/** Of JSON: with the names of each object in one order. */
const plain = (value) => JSON.stringify(value, (_, one) => (one && typeof one === "object" && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one));

/** Line, what was changed, and the changed source. */
function* mutants(ts, source) {
  const tree = ts.createSourceFile("module.ts", source, ts.ScriptTarget.ES2020, true);
  const kinds = ts.SyntaxKind;
  const moved = new Map([
    [kinds.LessThanToken, "<="], [kinds.LessThanEqualsToken, "<"], [kinds.GreaterThanToken, ">="], [kinds.GreaterThanEqualsToken, ">"],
    [kinds.EqualsEqualsEqualsToken, "!=="], [kinds.ExclamationEqualsEqualsToken, "==="],
  ]);
  const put = (node, text) => {
    const [from, to] = [node.getStart(tree), node.end];
    const [was, is] = [source.slice(from, to), text].map((one) => one.split("\n")[0].slice(0, 110));
    return [tree.getLineAndCharacterOfPosition(from).line + 1, `${was} -> ${is}`, source.slice(0, from) + text + source.slice(to)];
  };
  const nodes = [tree];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression) && CHECKS.test(node.expression.expression.getText(tree))) yield put(node, "0;");
    if (ts.isBinaryExpression(node)) {
      const [left, right] = [node.left.getText(tree), node.right.getText(tree)];
      const { kind } = node.operatorToken;
      if (kind === kinds.AmpersandAmpersandToken || kind === kinds.BarBarToken) for (const side of [left, right]) yield put(node, `(${side})`);
      if (moved.has(kind)) yield put(node, `${left} ${moved.get(kind)} ${right}`);
    }
    const condition = ts.isIfStatement(node) ? node.expression : ts.isConditionalExpression(node) ? node.condition : undefined;
    if (condition) for (const fixed of [true, false]) yield put(condition, `(${fixed} as boolean)`);
    nodes.push(...node.getChildren(tree).reverse());
  }
}

async function bundle(esbuild, entry, module, text, out) {
  const changed = { name: "changed", setup: (build) => build.onLoad({ filter: new RegExp(`crypto/ts/${module}\\.ts$`) }, () => ({ contents: text, loader: "ts" })) };
  await esbuild.build({ entryPoints: [entry], bundle: true, outfile: out, format: "esm", platform: "node", target: "es2022", logLevel: "silent", plugins: [changed] });
  return out;
}

/** The place of the case that is answered in another way, or that took too long; -1: none. */
function failing(file, order) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { file, order } });
    const late = setTimeout(() => void worker.terminate(), MOST_TIME);
    let found = 0;
    worker.on("message", (at) => { found = at; });
    worker.on("error", () => undefined); // as it says: it could not even be loaded
    worker.on("exit", () => { clearTimeout(late); resolve(found); });
  });
}

/** Whether a claim fails. */
const claimFails = (file) => new Promise((resolve) => {
  execFile(process.execPath, [file], { timeout: MOST_TIME, maxBuffer: 1 << 24 }, (error, said) => {
    try {
      resolve(error !== null || Object.values(JSON.parse(said)).some((fault) => fault));
    } catch {
      resolve(true);
    }
  });
});

async function main(modules) {
  const [ts, esbuild] = await Promise.all(["typescript", "esbuild"].map(async (name) => (await import(name)).default));
  const { cases: order, equal } = JSON.parse(readFileSync(0, "utf8"));
  const folder = mkdtempSync(join(tmpdir(), "mutants-"));
  const isKilled = async (module, text) => {
    const at = await failing(await bundle(esbuild, join(ROOT, "crypto/ts/answers.ts"), module, text, join(folder, "answers.mjs")), order);
    if (at > 0) order.unshift(...order.splice(at, 1)); // what noticed this one may notice the next
    return at >= 0 || claimFails(await bundle(esbuild, CLAIMS, module, text, join(folder, "claims.mjs")));
  };
  let [alive, tried] = [0, 0];
  for (const module of modules) {
    const file = `crypto/ts/${module}.ts`;
    const source = readFileSync(join(ROOT, file), "utf8");
    if (await isKilled(module, source)) throw new Error(`${file}: a vector or a claim fails without any change`);
    const gone = new Set(equal);
    for (const [line, said, text] of mutants(ts, source)) {
      tried += 1;
      gone.delete(said);
      if (equal.includes(said) || await isKilled(module, text)) continue;
      alive += 1;
      console.log(`${file}:${line}: ${said}`);
    }
    for (const said of gone) console.log(`${file}: EQUAL names what is no change of it: ${said}`);
    console.log(`${module}.ts: ${alive} of ${tried} survived so far`);
  }
  rmSync(folder, { recursive: true });
}

async function answerAll({ file, order }) {
  const { answer } = await import(file);
  for (const [at, one] of order.entries()) {
    if (plain(await answer({ op: one.op, in: one.in })) !== plain(one.expect)) return at;
  }
  return -1;
}

if (isMainThread) await main(process.argv.slice(2));
else parentPort.postMessage(await answerAll(workerData));
