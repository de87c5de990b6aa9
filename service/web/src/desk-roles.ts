// Who works here, by the roles of the keyring.

export type Role = "reviewer" | "supervisor" | "investigator" | "adviser" | "translator" | "custodian" | "oversight";
export const ROLES: readonly (Role | "")[] = ["", "reviewer", "supervisor", "investigator", "adviser", "translator", "custodian", "oversight"];

/** Those who read what comes in, say who reads on, and may read declarations. */
export const INTAKE: readonly Role[] = ["reviewer", "supervisor"];
export const readsIntake = (role = ""): boolean => (INTAKE as readonly string[]).includes(role);

/** Those who work on cases: what they sign in one counts for all. */
export const CASEWORKERS: readonly Role[] = ["reviewer", "supervisor", "investigator"];
export const isCaseworker = (role = ""): boolean => (CASEWORKERS as readonly string[]).includes(role);
