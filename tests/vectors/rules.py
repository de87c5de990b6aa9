"""The tables of SPEC 8.3, from the rules: a SPEC that says another thing than the code fails."""

from __future__ import annotations

from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.workflow import (
    AWAITING,
    MONDAY_TO_FRIDAY,
    NO_PRIORITY,
    RETENTIONS,
    RETURNS,
    RULES,
    SCREENING,
    STATE_NAMES,
    SUSPENDED,
    WITHDRAWN,
    Calendar,
    due_day,
)

LETTERS = {REVIEWER: "R", SUPERVISOR: "S", INVESTIGATOR: "I"}


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


def diagram() -> str:
    """The way of a case between the states in which somebody is at it."""
    lines = ["```mermaid", "flowchart TD", "    received -->|opened by a reader| screening"]
    for rule in RULES:
        if rule.target in RETURNS and rule.target not in (AWAITING, SUSPENDED):
            continue  # from nearly everywhere: said in words
        arrow = "-.->" if rule.approvers else "-->"
        who = f"{_roles(rule.signers)}, {_roles(rule.approvers)}" if rule.approvers else _roles(rule.signers)
        lines += [f"    {STATE_NAMES[one]} {arrow}|{who}| {STATE_NAMES[rule.target]}" for one in sorted(rule.sources)]
    return "\n".join([*lines, "```"])


def days() -> str:
    """By when the next step follows."""
    rows = ["| state | next step within |", "|---|---|"]
    for state, name in enumerate(STATE_NAMES):
        if state == SCREENING:
            for priority in range(NO_PRIORITY + 1):
                urgency = f"P{priority}" if priority < NO_PRIORITY else "not told how urgent"
                rows.append(f"| {name}, {urgency} | {_span(state, priority)} |")
        elif due_day(state, MONDAY, MONDAY + 1, 3):
            rows.append(f"| {name} | {'its own day' if state in (SUSPENDED, WITHDRAWN) else _span(state, 3)} |")
    return "\n".join([*rows, ""])


MONDAY = 20_801
DAYS_OFF = Calendar(off=frozenset(range(MONDAY, MONDAY + 7)))  # by which working days are found out


def _span(state: int, priority: int) -> str:
    days = due_day(state, MONDAY, 0, priority) - MONDAY
    if not days:
        return "the same day"
    if due_day(state, MONDAY, 0, priority, DAYS_OFF) - MONDAY == days:
        return f"{days} days" if days != 1 else "1 day"
    working = sum(MONDAY_TO_FRIDAY.is_worked(MONDAY + n) for n in range(1, days + 1))
    return f"{working} working days" if working != 1 else "1 working day"


def retention() -> str:
    """From which day on a case is kept for how long where it ended."""
    states = sorted(RETENTIONS[0].days)
    names = [f"{state} {STATE_NAMES[state]}" for state in states]
    rows = [f"| from day | {' | '.join(names)} |", f"|---|{'---|' * len(states)}"]
    rows += [f"| {one.first} | {' | '.join(str(one.days[state]) for state in states)} |" for one in RETENTIONS]
    return "\n".join(rows)


def write(spec: str) -> str:
    """The SPEC with its tables as they are now."""
    return _between(_between(spec, "rules", tables()), "retention", retention())


def write_guide(guide: str) -> str:
    """docs/workflow.md with its diagram and days as they are now."""
    return _between(_between(_between(guide, "diagram", diagram()), "days", days()), "retention", retention())


def _between(text: str, name: str, made: str) -> str:
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, rest = text.split(begin)
    return before + begin + "\n" + made + "\n" + end + rest.split(end)[1]
