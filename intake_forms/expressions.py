"""The part of XPath that XLSForm authors use, to arrays and back to text, and what it comes to. docs/forms.md.

The twin of `evaluate` is ts/expressions.ts; tests/vectors/forms.json holds both to one meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from intake_forms.model import Expression

Value = str | float | bool


class BadExpression(ValueError):
    """What cannot be understood, and at which letter (from 1)."""

    def __init__(self, fact: str, at: int) -> None:
        super().__init__(f"letter {at}: {fact}")
        self.fact, self.at = fact, at


_TOKEN: Final = re.compile(
    r"\s*(?:(?P<answer>\$\{(?P<id>[a-z0-9_]{1,32})\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>[0-9]{1,12}(?:\.[0-9]{1,6})?)"
    r"|(?P<op>!=|<=|>=|[=<>(),.])|(?P<name>[A-Za-z_][A-Za-z0-9_-]*))"
)
_ARGUMENTS: Final = {"not": 1, "selected": 2, "count-selected": 1, "string-length": 1, "true": 0, "false": 0}
_LONGEST: Final = 1000  # letters; with it the depth of what is evaluated is bounded
_DEEPEST: Final = 40  # parentheses
_COMPARE: Final = ("=", "!=", "<", "<=", ">", ">=")


def parse(text: str) -> Expression:
    """Raises BadExpression."""
    if len(text) > _LONGEST:
        raise BadExpression(f"longer than {_LONGEST} letters", _LONGEST + 1)
    parser = _Parser(text)
    found = parser.either()
    if parser.kind:
        parser.refuse("nothing more was expected")
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self.next()

    def next(self) -> None:
        self._start = self._at + len(self._text[self._at :]) - len(self._text[self._at :].lstrip())
        if self._start == len(self._text):
            self.kind, self.value = "", ""
            return
        found = _TOKEN.match(self._text, self._at)
        if not found:
            raise BadExpression("a letter that has no meaning here", self._start + 1)
        self.kind = next(kind for kind in ("answer", "text", "number", "op", "name") if found[kind])
        self.value = found["id"] if self.kind == "answer" else found[self.kind]
        self._at = found.end()

    def refuse(self, fact: str) -> NoReturn:
        raise BadExpression(fact, self._start + 1)

    def take(self, value: str) -> bool:
        if self.kind not in ("op", "name") or self.value != value:
            return False
        self.next()
        return True

    def either(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            self.refuse("too many parentheses")
        found = self._joined("or", lambda: self._joined("and", self.compared))
        self._depth -= 1
        return found

    def _joined(self, word: str, part: Callable[[], Expression]) -> Expression:
        parts = [part()]
        while self.take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else [word, *parts]

    def compared(self) -> Expression:
        left = self.term()
        if self.kind == "op" and self.value in _COMPARE:
            operation = self.value
            self.next()
            return [operation, left, self.term()]
        return left

    def term(self) -> Expression:
        kind, value = self.kind, self.value
        if kind == "":
            self.refuse("something is missing at the end")
        if kind == "op" and value not in "(.":
            self.refuse(f"{value} where an answer, a text or a number was expected")
        if kind == "name" and value in ("and", "or"):
            self.refuse(f"{value} without anything before it")
        self.next()
        if kind == "answer":
            return ["$", value]
        if kind == "text":
            return value[1:-1]
        if kind == "number":
            return int(float(value)) if float(value).is_integer() else float(value)
        if value == ".":
            return ["."]
        if value == "(":
            inner = self.either()
            self.close()
            return inner
        if self.kind == "op" and self.value == "(":
            return self._call(value)
        return ["column", value]

    def _call(self, name: str) -> Expression:
        if name not in _ARGUMENTS:
            self.refuse(f"no function {name}")
        self.next()
        arguments: list[Expression] = []
        while not (self.kind == "op" and self.value == ")"):
            if arguments and not self.take(","):
                self.refuse("a comma or ) is missing")
            arguments.append(self.either())
        if len(arguments) != _ARGUMENTS[name]:
            self.refuse(f"{name} takes {_ARGUMENTS[name]}, not {len(arguments)}")
        self.close()
        return [name, *arguments]

    def close(self) -> None:
        if not self.take(")"):
            self.refuse(") is missing")


def write(expression: Expression) -> str:
    """As an author writes it; parsing it again gives the same."""
    return _write(expression, 0)


_LEVELS: Final = {"or": 1, "and": 2} | dict.fromkeys(_COMPARE, 3)


def _write(expression: Expression, level: int) -> str:
    """In parentheses where it binds less than `level`."""
    if isinstance(expression, str):
        return f'"{expression}"' if "'" in expression else f"'{expression}'"
    if isinstance(expression, int | float):
        return str(expression)
    name, *parts = expression
    if name in ("$", ".", "column"):
        return {"$": f"${{{''.join(parts)}}}", ".": "."}.get(name, "".join(parts))
    if name not in _LEVELS:
        return f"{name}({', '.join(_write(part, 0) for part in parts)})"
    own = _LEVELS[name]
    text = f" {name} ".join(_write(part, own + 1) for part in parts)
    return f"({text})" if own < level else text


def named(expression: Expression) -> set[str]:
    """The ids of the questions that it looks at."""
    return looks_at(expression, "$")


def looks_at(expression: Expression, kind: str) -> set[str]:
    """The names that stand in it after `$` or `column`; {""} where `.` does."""
    if not isinstance(expression, list):
        return set()
    if expression[0] == kind:
        return {"".join(expression[1:])}
    return set().union(*(looks_at(part, kind) for part in expression[1:]))


@dataclass(frozen=True)
class Scope:
    """What an expression may look at."""

    answer: Callable[[str], str]  # empty where there is none
    self: str = ""
    column: Callable[[str], str] = lambda _: ""


def holds(value: Value) -> bool:
    return value != "" if isinstance(value, str) else bool(value)


def truth(expression: Expression, scope: Scope) -> bool:
    """One that is not there (None) always holds."""
    return expression is None or holds(evaluate(expression, scope))


def evaluate(expression: Expression, scope: Scope) -> Value:
    if not isinstance(expression, list):
        value: Value = expression
        return value
    name, *parts = expression
    if name == "$":
        return scope.answer(str(parts[0]))
    if name == ".":
        return scope.self
    if name == "column":
        return scope.column(parts[0])
    if name in ("true", "false"):
        return bool(name == "true")
    found: Value = _OPERATIONS[name](*(evaluate(part, scope) for part in parts))
    return found


_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def _number(value: Value) -> float:
    """NaN, which is neither less nor more than anything, where it is none."""
    if isinstance(value, bool):
        return float("nan")
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value.strip()) else float("nan")
    return value


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _chosen(value: Value) -> list[str]:
    return [one for one in _text(value).split(" ") if one]


def _same(a: Value, b: Value) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return holds(a) == holds(b)
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    return _number(a) == _number(b)


_OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    "=": _same,
    "!=": lambda a, b: not _same(a, b),
    "<": lambda a, b: _number(a) < _number(b),
    "<=": lambda a, b: _number(a) <= _number(b),
    ">": lambda a, b: _number(a) > _number(b),
    ">=": lambda a, b: _number(a) >= _number(b),
    "and": lambda *parts: all(holds(part) for part in parts),
    "or": lambda *parts: any(holds(part) for part in parts),
    "not": lambda a: not holds(a),
    "selected": lambda a, b: _text(b) in _chosen(a),
    "count-selected": lambda a: len(_chosen(a)),
    "string-length": lambda a: len(_text(a)),
}
