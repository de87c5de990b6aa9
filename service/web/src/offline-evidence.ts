// Files go over the network in parts, so that a page without one takes none: it says so, and what asks for files finds nothing.

/** In the place of page-evidence. */
export class Evidence {
  readonly busy = false;
  readonly unsent = false;

  async open(): Promise<void> {
    // there is no screen for files
  }

  send(): void {
    // there is nothing
  }

  take(): void {
    // there is no field for files
  }

  record(): void {
    // there is nothing
  }

  paint(): void {
    // there is no screen for files
  }

  wipe(): void {
    // there is nothing
  }
}
