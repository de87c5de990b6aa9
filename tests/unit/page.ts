// What the desk's modules ask of a page while they are read, before any of them is: imported first by a NAME.node.ts.

const page = { trustedTypes: undefined, setTimeout, clearTimeout, addEventListener: (): void => undefined, print: (): void => void (printed.times += 1) };

/** How often the page was sent to a printer. */
export const printed = { times: 0 };

Object.assign(globalThis, { window: page, document: { documentElement: { dataset: {} }, createTreeWalker: (): object => ({}), createComment: (): object => ({}), createElement: (): object => ({}) } });
