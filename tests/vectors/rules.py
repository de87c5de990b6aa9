"""The tables of SPEC 8.3, from the rules: a SPEC that says another thing than the code fails."""

from __future__ import annotations

from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.workflow import RETURNS, RULES, STATE_NAMES

LETTERS = {REVIEWER: "R", SUPERVISOR: "S", INVESTIGATOR: "I"}
BEGIN, END = "<!-- rules: begin -->", "<!-- rules: end -->"


def _roles(roles: frozenset[int]) -> str:
    return " ".join(LETTERS[role] for role in sorted(roles)) or "nobody"


def _states(states: frozenset[int]) -> str:
    return ", ".join(str(state) for state in sorted(states))


def tables() -> str:
    """Markdown; R reviewer, S supervisor, I investigator."""
    rows = ["| from | to | signs | approves | days |", "|---|---|---|---|---|"]
    for rule in RULES:
        days = f"{rule.least} to {rule.most}" if rule.most else ""
        approvers = _roles(rule.approvers) if rule.approvers else ""
        target = f"{rule.target} {STATE_NAMES[rule.target]}"
        rows.append(f"| {_states(rule.sources)} | {target} | {_roles(rule.signers)} | {approvers} | {days} |")
    back = ["| aside | goes back by |", "|---|---|"]
    back += [f"| {state} {STATE_NAMES[state]} | {_roles(roles)} |" for state, roles in sorted(RETURNS.items())]
    return "\n".join(["R reviewer, S supervisor, I investigator.", "", *rows, "", *back])


def write(spec: str) -> str:
    """The SPEC with its tables as they are now."""
    before, rest = spec.split(BEGIN)
    return before + BEGIN + "\n" + tables() + "\n" + END + rest.split(END)[1]
