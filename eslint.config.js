// The house's rules for the browser side. A message names the right way: whoever meets it should know what to do.
import tseslint from "typescript-eslint";

const CODE_FROM_TEXT = "code from text is banned by every page's policy; write a function";
const ELEMENTS = "make elements and set textContent, or a lit-html template; text of a person is never markup";
const STORAGE = "nothing is kept in a victim's browser: hold it in memory, or seal it to the member's key in the page";

const bannedProperties = [
  ...["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "srcdoc"].map((property) => ({ property, message: ELEMENTS })),
  { object: "document", property: "write", message: ELEMENTS },
  { object: "document", property: "writeln", message: ELEMENTS },
  { object: "document", property: "cookie", message: STORAGE },
  ...["localStorage", "sessionStorage", "indexedDB", "caches"].map((property) => ({ property, message: STORAGE })),
  { property: "serviceWorker", message: "no service worker on a victim's phone: it outlives the visit" },
  { property: "sendBeacon", message: "requests are made in the page's server module, and the person is told" },
  { object: "Math", property: "random", message: "randomBytes or randomBelow of crypto/ts/primitives" },
  { object: "console", property: "log", message: "a page writes nothing to the console: it may hold a person's words" },
  { object: "console", property: "error", message: "a page writes nothing to the console: it may hold a person's words" },
];

const bannedGlobals = [
  { name: "eval", message: CODE_FROM_TEXT },
  { name: "Function", message: CODE_FROM_TEXT },
  ...["localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore"].map((name) => ({ name, message: STORAGE })),
];

const bannedSyntax = [
  { selector: "NewExpression[callee.name='Function']", message: CODE_FROM_TEXT },
  { selector: "CallExpression[callee.name=/^set(Timeout|Interval)$/] > Literal:first-child", message: CODE_FROM_TEXT },
];
const ONE_FILE = { selector: "ImportExpression", message: "one self-contained file an entry: import at the top; parts come through page-server" };
const ONLY_PARTS = { selector: "ImportExpression:not([source.quasis.0.value.raw='/s/part-'])", message: "only the parts of a page come later" };

// What only a page may know. crypto/ts gets bytes and gives bytes; intake_forms/ts answers and findings.
const PAGE_ONLY = "crypto/ts gets bytes and gives bytes: the page or the worker does this and hands in what it found";
const PAGE_ONLY_FORMS = "intake_forms/ts gets answers and gives findings: the page or the worker does this and hands in what it found";
const pageNames = [
  "window", "document", "navigator", "location", "history", "self", "postMessage", "fetch", "XMLHttpRequest", "WebSocket",
  "EventSource", "Worker", "Blob", "File", "FileReader", "FormData", "URL", "HTMLElement", "Element", "Node", "Event",
  "alert", "setTimeout", "setInterval", "requestAnimationFrame", "process", "Buffer", "require",
];
const pageGlobals = (message) => pageNames.map((name) => ({ name, message }));

const PAGES_KNOW = "pages know crypto/ts and each other; lit-html is the workbench's (desk*.ts), a submitter's page has no framework";

// What asks the server is in one module a page, so that all that leaves the browser can be read in one place.
const requests = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource"].map((name) => ({
  name, message: "only page-server.ts and desk-server.ts ask the server: call what they offer",
}));

export default tseslint.config(
  { ignores: ["node_modules/", "build/", "service/web/dist*/", ".venv/", "data/"] },
  {
    files: ["**/*.ts"],
    languageOptions: { parser: tseslint.parser },
    plugins: { ts: tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "eqeqeq": ["error", "always"],
      "no-var": "error",
      "prefer-const": "error",
      "no-debugger": "error",
      "no-empty": "error",
      "no-fallthrough": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
      "no-self-compare": "error",
      "no-throw-literal": "error",
      "no-unreachable": "error",
      "no-unsafe-finally": "error",
      "no-unused-expressions": "error",
      "no-useless-catch": "error",
      "ts/no-explicit-any": "error",
      "ts/no-non-null-assertion": "error",
      "ts/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "no-restricted-properties": ["error", ...bannedProperties],
      "no-restricted-globals": ["error", ...bannedGlobals],
      "no-restricted-syntax": ["error", ...bannedSyntax, ONE_FILE],
    },
  },
  {
    files: ["crypto/ts/**/*.ts"],
    ignores: ["crypto/ts/conformance.ts"],
    rules: {
      "no-restricted-globals": ["error", ...bannedGlobals, ...pageGlobals(PAGE_ONLY)],
      "no-restricted-imports": ["error", { patterns: [{
        regex: "^(?!\\./[a-z-]+\\.(js|ts)$|@noble/)",
        message: "crypto/ts knows @noble and itself, nothing else",
      }] }],
    },
  },
  {
    files: ["crypto/ts/*.ts"],
    ignores: ["crypto/ts/primitives.ts"],
    rules: {
      "ts/no-restricted-imports": ["error", { patterns: [{
        regex: "^@noble/",
        message: "only crypto/ts/primitives knows @noble: call what it offers",
      }] }],
    },
  },
  {
    files: ["intake_forms/ts/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", ...bannedGlobals, ...pageGlobals(PAGE_ONLY_FORMS)],
      "no-restricted-imports": ["error", { patterns: [{
        regex: "^(?!\\./[a-z-]+\\.(js|ts)$)",
        message: "intake_forms/ts knows itself, nothing else",
      }] }],
    },
  },
  {
    files: ["service/web/src/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex: "^(@noble/|lit-html|pdfjs-dist|node:|https?:)", message: PAGES_KNOW }] }],
      "no-restricted-globals": ["error", ...bannedGlobals, ...requests],
    },
  },
  {
    // The workbench, which nobody opens on a victim's phone.
    files: ["service/web/src/desk*.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex: "^(@noble/|pdfjs-dist|node:|https?:)", message: PAGES_KNOW }] }],
    },
  },
  {
    // A parser of hostile files: in a frame of opaque origin and a worker without a network, and nowhere else.
    files: ["service/web/src/{viewer-pdf*,pdfworker}.ts"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex: "^(@noble/|lit-html|node:|https?:)", message: PAGES_KNOW }] }],
    },
  },
  {
    files: ["service/web/src/*server.ts"],
    rules: { "no-restricted-globals": ["error", ...bannedGlobals], "no-restricted-syntax": ["error", ...bannedSyntax, ONLY_PARTS] },
  },
  {
    // Old syntax for old browsers: it must parse where nothing else does.
    files: ["service/web/src/too-old.js"],
    languageOptions: { ecmaVersion: 5, sourceType: "script" },
    rules: {
      "no-restricted-properties": ["error", ...bannedProperties],
      "no-restricted-globals": ["error", ...bannedGlobals],
    },
  },
  {
    files: ["tests/**/*.ts"],
    rules: {
      "no-restricted-properties": "off",
      "ts/no-non-null-assertion": "off",
    },
  },
);
