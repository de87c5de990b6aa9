/** What went wrong, as a class of SPEC 13 or of the server; `away` when no answer came. */
export class Refusal extends Error {
  constructor(readonly slug: string) {
    super(slug);
  }
}
