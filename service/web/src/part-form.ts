// The part that draws forms and knows what of them is asked. Whoever tells only the own words never fetches it.

export { keyOf, rowsOf, sealed, shownQuestions, shownSections, stepsOf } from "../../../intake_forms/ts/answers.js";
export { putRow, takeRow } from "../../../intake_forms/ts/rows.js";
export { readAsked } from "./form-asked.js";
export { doubtIn, drawStep } from "./form-view.js";
export { inZone } from "./form-when.js";
export { lend } from "./part-lent.js";
