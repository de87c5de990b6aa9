// What the desk's modules ask of a page while they are read, before any of them is: imported first by a NAME.node.ts. And as much of elements as they touch.

/** How often the page was sent to a printer. */
export const printed = { times: 0 };
/** What listens to the window, by the event. */
export const heard = new Map<string, ((event: Event) => void)[]>();
/** All that were made, the oldest first. */
export const elements: Element[] = [];

export class Element {
  textContent = "";
  disabled = false;
  onclick: (() => void) | null = null;
  readonly attributes = new Map<string, string>();
  private readonly hears = new Map<string, ((event: unknown) => void)[]>();

  constructor(readonly tag = "") {
    elements.push(this);
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  addEventListener(name: string, hear: (event: unknown) => void): void {
    this.hears.set(name, [...(this.hears.get(name) ?? []), hear]);
  }

  hear(name: string, event: unknown): void {
    for (const hear of this.hears.get(name) ?? []) hear(event);
  }

  /** As somebody does: what is disabled is not pressed. */
  press(): void {
    if (!this.disabled) this.onclick?.();
  }

  getBoundingClientRect(): object {
    return { left: 0, top: 0, width: 100, height: 100 };
  }

  getContext(): object {
    return { drawImage: this.append, fillRect: this.append, strokeRect: this.append };
  }

  append(): void {
    // what is in it is in `elements`
  }

  focus(): void {
    // nothing here has the focus
  }

  setPointerCapture(): void {
    // every event is its own
  }
}

const window = {
  trustedTypes: undefined, setTimeout, clearTimeout,
  addEventListener: (name: string, hear: (event: Event) => void): void => void heard.set(name, [...(heard.get(name) ?? []), hear]),
  print: (): void => void (printed.times += 1),
};
const document = { documentElement: { dataset: {} }, body: { append: (): void => undefined }, createTreeWalker: (): object => ({}), createElement: (tag: string): Element => new Element(tag) };

Object.assign(globalThis, { window, document, Element, DOMMatrix: class {} }); // the last for pdf.js, which makes one while it is read
