// Drives a real Chromium 80, of February 2020, as a person with an old phone would: tests/browser/test_chromium80.py.
//
//     node drive.mjs FOLDER ORIGIN submit ACCOUNT
//     node drive.mjs FOLDER ORIGIN check CODE MORE FILE
//
// FOLDER holds what package-lock.json names, beside which the engine is unpacked once. What was seen goes to stdout as JSON.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const SLOW = 120_000; // ms
const PHONE = { width: 360, height: 740 };

const [folder, origin, journey, ...given] = process.argv.slice(2);
const puppeteer = createRequire(join(folder, "package.json"))("puppeteer-core");

function engine() {
  const program = join(folder, "chromium");
  if (!existsSync(program)) {
    const packed = readFileSync(join(folder, "node_modules/chrome-aws-lambda/bin/chromium.br"));
    writeFileSync(`${program}.new`, brotliDecompressSync(packed), { mode: 0o755 });
    renameSync(`${program}.new`, program);
  }
  return program;
}

const TOO_NEW = "Unrecognized Content-Security-Policy directive 'require-trusted-types-for'."; // an engine says so and goes on
const wrong = []; // what the page threw, or its policy stopped

async function opened(browser, path) {
  const page = await browser.newPage();
  await page.setViewport(PHONE);
  page.setDefaultTimeout(SLOW);
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && message.text().trim() !== TOO_NEW) wrong.push(message.text());
  });
  await page.goto(origin + path);
  return page;
}

const shown = (page, selector) => page.waitForSelector(selector, { visible: true });
const said = (page, selector) => page.$eval(selector, (one) => one.innerText);

async function type(page, selector, words) {
  const field = await shown(page, selector);
  await field.type(words);
}

/** Presses what is on the screen now; by the page's own hand, because a tap may fall beside what moves. */
async function press(page, what) {
  const selector = `section:not([hidden]) [data-do="${what}"]:not([hidden])`;
  await page.waitForSelector(selector);
  await page.$eval(selector, (button) => button.click());
}

/** As the system's own window for files does it: the driver's way would fetch, which the page's policy stops. */
async function choose(page, selector, file) {
  const devtools = await page.target().createCDPSession();
  const { root } = await devtools.send("DOM.getDocument");
  const { nodeId } = await devtools.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  await devtools.send("DOM.setFileInputFiles", { nodeId, files: [file] });
}

const state = (page, selector, wanted) => page.waitForSelector(`${selector}[data-state="${wanted}"]`);

async function submit(browser, account) {
  const page = await opened(browser, "/ru/");
  await type(page, "#account", account);
  await press(page, "to-send");
  await state(page, "#who", "ok");
  await press(page, "open-form");
  await shown(page, "#sections [data-section=start]");
  await page.$eval("#sections [data-section=start]", (button) => button.click());
  await shown(page, "[data-question=role]");
  await page.$eval("[data-question=role] input[value=relative]", (input) => input.click());
  await press(page, "to-send");
  await press(page, "send");
  await state(page, "#sent", "sent");
  const code = (await said(page, "#receipt")).replace(/\D/g, "");
  await page.close();
  return { code };
}

async function check(browser, code, more, file) {
  const page = await opened(browser, "/ru/check/");
  await type(page, "#code", code);
  await press(page, "open");
  await page.waitForSelector("html[data-screen=box]");
  const replies = await said(page, "#replies");
  await press(page, "evidence");
  await page.waitForSelector("html[data-screen=evidence]"); // what takes files has come
  await choose(page, "#files", file);
  await page.waitForFunction(() => document.querySelector("#file-0 .choice"));
  const found = await said(page, "#file-0");
  await press(page, "send-files");
  await state(page, "#evidence-state", "sent");
  await press(page, "back");
  await press(page, "write");
  await type(page, "#more", more);
  await press(page, "send");
  await state(page, "#sent", "sent");
  await page.close();
  return { replies, found };
}

const browser = await puppeteer.launch({
  executablePath: engine(),
  timeout: SLOW,
  args: ["--no-sandbox", "--no-zygote", "--disable-gpu", "--headless", "--disable-dev-shm-usage"],
});
try {
  const made = await { submit, check }[journey](browser, ...given);
  console.log(JSON.stringify({ engine: await browser.version(), wrong, ...made }));
} finally {
  await browser.close();
}
