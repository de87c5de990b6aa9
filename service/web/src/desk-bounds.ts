// Within which bounds a person wants us to act, out of all that was answered: said above the case, because nobody may overlook it. Pure.

/** The answers that set a bound, by question; none named: any words do. */
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  reply_mode: ["none", "via_trusted_person"], staff_gender: ["woman", "man"], interpreter_needed: ["yes"], knows_filed: ["doesnt_know", "cannot_ask"],
  client_instruction: [], pro_privilege: ["yes"], w_is_staff: ["yes"], wit_safe_to_contact: ["never_contact", "ask_me"],
  wishes: ["be_recorded_only"], cp_never_say_from_us: ["yes"], rt_consent_un_now: ["no"], consent_staff_only: ["nothing", "ask_me_each_time"],
};

/** Questions of which the newest answer sets a bound, in the order above. */
export function boundsIn(answers: readonly (readonly [string, string])[]): string[] {
  const newest = new Map(answers);
  return Object.entries(BOUNDS).filter(([question, choices]) => {
    const said = newest.get(question) ?? "";
    return choices.length ? said.split(" ").some((one) => choices.includes(one)) : said.trim() !== "";
  }).map(([question]) => question);
}

export const wantsNoAnswer = (answers: readonly (readonly [string, string])[]): boolean => new Map(answers).get("reply_mode") === "none";
