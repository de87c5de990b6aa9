// What the desk's modules ask of a page while they are read, before any of them is: imported first by a NAME.node.ts.

/** How often the page was sent to a printer. */
export const printed = { times: 0 };
/** What listens to the window, by the event. */
export const heard = new Map<string, ((event: Event) => void)[]>();

const window = {
  trustedTypes: undefined, setTimeout, clearTimeout,
  addEventListener: (name: string, hear: (event: Event) => void): void => void heard.set(name, [...(heard.get(name) ?? []), hear]),
  print: (): void => void (printed.times += 1),
};
const document = { documentElement: { dataset: {} }, createTreeWalker: (): object => ({}) };

Object.assign(globalThis, { window, document, Element: class {} });
