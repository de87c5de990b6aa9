// Coming in and going out: keyring, key file, challenge; then idle time, drafts, and an end that leaves no key behind.

import type { Args } from "./desk-calls.js";
import { endExposure } from "./desk-exposure.js";
import { Idle } from "./desk-idle.js";
import { countUnsent, giveBack, keptOf, sealedFor, thingIn } from "./desk-kept.js";
import { type Desk, newDesk, noFile } from "./desk-model.js";
import { watchPlayback } from "./desk-playback.js";
import { fromHex, type PageFacts } from "./desk-page.js";
import { fetchChallenge, fetchKeyring, openSession, ServerError, StaffClient } from "./desk-server.js";
import { Helpers, Vault, VaultError } from "./desk-vault.js";

const MAX_KEYFILE = 1 << 20; // a key file is a few kilobytes; whatever is larger is not one
const HELPERS = Math.max(1, Math.min(3, navigator.hardwareConcurrency || 2));

export function faultOf(error: unknown): { slug: string; fact: string } {
  if (error instanceof VaultError || error instanceof ServerError) return { slug: error.slug, fact: error.fact };
  return { slug: "other", fact: error instanceof Error ? error.name : "unknown" };
}

export class DeskSession {
  vault: Vault;
  /** Ready, and without a key: where the line is away when the desk locks, no worker could be fetched to seal what is unsent. */
  private spare: Vault | null = null;
  private helpers: Helpers | null = null;
  client: StaffClient | null = null;
  private pin: Args<"pin"> | null = null;
  private kem: Uint8Array | null = null;
  private farewell: (() => void) | null = null;
  private readonly idle: Idle;
  private keyfile: Uint8Array | null = null;
  private reading: Promise<void> = Promise.resolve();
  /** Rises at every lock: an answer to a question asked before it is thrown away. */
  generation = 0;

  constructor(readonly desk: Desk, private readonly page: PageFacts, private readonly changed: () => void, private readonly entered: () => void, private readonly left: () => void) {
    this.vault = new Vault(page.worker);
    this.idle = new Idle((left) => this.warn(left), () => void this.lock("idle"));
    watchPlayback(() => desk.file.viewing);
    window.addEventListener("pagehide", () => void this.lock("left"));
    window.addEventListener("beforeunload", (event) => {
      if (this.unsent() || countUnsent(this.desk.sealed)) event.preventDefault();
    });
  }

  unsent(): boolean {
    return keptOf(this.desk).some(([place]) => thingIn(place).length > 0);
  }

  /** Before anything else: the keyring, verified against the roots pinned in the page. */
  async check(): Promise<void> {
    this.desk.screen = "checking";
    this.desk.refusal = null;
    this.changed();
    try {
      await this.fetchPin();
      this.desk.screen = "door";
    } catch (error) {
      this.refuse(error);
    }
    this.changed();
  }

  /** A list of keys verified once is the floor for every later one, for as long as the page is open. */
  private async fetchPin(): Promise<void> {
    const { page, desk } = this;
    const floor = desk.keyring ? { version: desk.keyring.version, hash: fromHex(desk.keyring.hash) } : { version: page.pinnedVersion, hash: page.pinnedHash };
    const keyring = await fetchKeyring();
    const pin = { firstRoots: page.firstRoots, roots: page.roots, ...floor, deviceDay: Math.floor(Date.now() / 86400000), buildDay: page.buildDay, keyring };
    desk.keyring = await this.vault.ask("pin", pin);
    this.pin = pin;
  }

  private refuse(error: unknown): void {
    this.desk.refusal = faultOf(error);
    this.desk.screen = "refused";
  }

  chooseFile(file: File | null): Promise<void> {
    return (this.reading = this.readFile(file));
  }

  private async readFile(file: File | null): Promise<void> {
    const door = this.desk.door;
    this.keyfile = null;
    door.fileName = file ? file.name : "";
    door.fault = null;
    if (file) {
      if (file.size > MAX_KEYFILE || file.size < 64) door.fault = { slug: "malformed", fact: `${file.size} bytes` };
      else this.keyfile = new Uint8Array(await file.arrayBuffer());
    }
    door.field = door.fault ? "file" : "";
    this.changed();
  }

  async unlock(passphrase: Uint8Array): Promise<void> {
    const { desk } = this;
    const door = desk.door;
    await this.reading; // who types fast is not told that there is no file
    if (door.busy) return;
    door.fault = null;
    door.field = "";
    if (!this.keyfile) [door.fault, door.field] = [{ slug: door.fileName ? "malformed" : "no_file", fact: "" }, "file"];
    else if (passphrase.length === 0) [door.fault, door.field] = [{ slug: "no_passphrase", fact: "" }, "passphrase"];
    if (door.fault || !this.keyfile) {
      passphrase.fill(0);
      return this.changed();
    }
    door.busy = "stretching";
    door.progress = 0;
    this.changed();
    if (this.vault.failed) this.vault = new Vault(this.page.worker); // its script did not come while the line was away
    try {
      await this.fetchPin(); // the page may have stood open for days
    } catch (error) {
      passphrase.fill(0);
      door.busy = "";
      if (faultOf(error).slug === "away") door.fault = faultOf(error);
      else this.refuse(error);
      return this.changed();
    }
    this.helpers ??= new Helpers(this.page.worker, HELPERS);
    try {
      const keyfile = this.keyfile.slice();
      const opened = await this.vault.ask("unlock", { keyfile, passphrase }, [passphrase.buffer, keyfile.buffer], (share) => {
        door.progress = share;
        this.changed();
      });
      door.busy = "signing";
      this.changed();
      const nonce = await fetchChallenge();
      const session = await openSession(await this.vault.ask("signIn", { nonce, origin: location.origin }));
      await this.vault.ask("session", { session: session.session });
      this.client = new StaffClient(this.vault, session.session);
      await this.prepareSpare();
      this.farewell = await this.client.prepareFarewell();
      desk.member = opened.member;
      this.kem = opened.kem;
      door.busy = "";
      door.note = "";
      this.keyfile = null;
      door.fileName = "";
      await this.unsealDrafts();
      this.idle.start();
      this.entered();
    } catch (error) {
      this.comeNotIn();
      door.busy = "";
      door.fault = faultOf(error);
      door.field = door.fault.slug === "wrong_passphrase" ? "passphrase" : ["malformed", "wrong_instance", "kdf_out_of_bounds"].includes(door.fault.slug) ? "file" : "";
      await this.freshVault().catch(() => undefined); // the line is away: at the next try there is another
      this.changed();
    }
  }

  /** Whatever was begun at the door is undone: the server is told too, where it knew of it. */
  private comeNotIn(): void {
    this.farewell?.();
    [this.farewell, this.client, this.kem, this.desk.member] = [null, null, null, null];
  }

  /** Only while somebody is signed in. */
  startHelpers(): Helpers {
    if (!this.client || !this.helpers) throw new VaultError("locked", "no keyring");
    return this.helpers.start(this.vault);
  }

  /** Drops every worker with its keys at once, then seals unsent text with the public key alone. */
  async lock(note: Desk["door"]["note"]): Promise<void> {
    const { desk } = this;
    if (!desk.member) return;
    const member = desk.member.id;
    const instance = desk.keyring?.instance ?? "";
    const unsent = keptOf(desk);
    const { kem } = this;
    this.kem = null;
    this.generation++;
    this.idle.stop();
    this.helpers?.drop();
    this.helpers = null;
    this.vault.drop();
    this.farewell?.();
    this.farewell = null;
    this.client = null;
    this.left();
    endExposure(desk);
    const { keyring, sealed, letters, exposure } = desk;
    Object.assign(desk, newDesk(), { keyring, sealed, letters, exposure, screen: "door" });
    desk.door.note = note;
    this.changed();
    await this.freshVault();
    if (kem) {
      for (const [cid, what] of unsent) {
        const text = new TextEncoder().encode(JSON.stringify(what));
        desk.sealed.push({ member, cid, sealed: await this.vault.ask("sealDraft", { instance, member, kem, text }) });
      }
    }
    this.changed();
  }

  /** What does not open with these keys (it was sealed to others that its member had) stays as it is, and keeps nobody out. */
  private async unsealDrafts(): Promise<void> {
    const { desk } = this;
    for (const kept of sealedFor(desk)) {
      try {
        const text = await this.vault.ask("openDraft", { sealed: kept.sealed });
        giveBack(desk, kept.cid, JSON.parse(new TextDecoder().decode(text)));
      } catch {
        continue;
      }
      desk.sealed.splice(desk.sealed.indexOf(kept), 1);
    }
  }

  private async freshVault(): Promise<void> {
    this.vault.drop();
    this.vault = this.spare ?? new Vault(this.page.worker);
    this.spare = null;
    if (this.pin) await this.vault.ask("pin", this.pin);
  }

  /** Nobody comes in before it is there. */
  private async prepareSpare(): Promise<void> {
    if (this.spare) return;
    const spare = new Vault(this.page.worker);
    await spare.ask("digest", { words: "" }); // its script has come; the list of keys is verified when it is needed
    this.spare = spare;
  }

  /** The server has forgotten the session: lock, with the drafts sealed, and say so. */
  signedOut(error: unknown): boolean {
    if (!(error instanceof ServerError) || error.slug !== "not_signed_in") return false;
    void this.lock("session");
    return true;
  }

  private warn(left: number): void {
    if (this.desk.warning === left) return;
    this.desk.warning = left;
    this.changed();
  }
}

/** Leaves the case on the table but takes its content out of memory. */
export function putAway(desk: Desk): void {
  desk.file = noFile();
}
