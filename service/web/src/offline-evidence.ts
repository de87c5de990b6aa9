// Files go over the network in parts, so that a page without one takes none: it says so, and what asks for files finds nothing.

/** In the place of page-evidence. */
export class Evidence {
  readonly busy = false;
  readonly unsent = false;
  readonly voice = { toggle: async (): Promise<void> => undefined };

  async send(): Promise<void> {
    // there is nothing
  }

  async take(): Promise<void> {
    // there is no field for files
  }

  paint(): void {
    // there is no screen for files
  }

  wipe(): void {
    // there is nothing
  }
}
