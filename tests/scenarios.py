"""The cases for which this service was asked: who writes what, and what is answered. Names are invented.

The same words go through the server alone (tests/api) and through real browsers (tests/browser).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto.message import NORMAL, URGENT

Record = dict[str, str]  # a line of the books: its book, and field: value (docs/workflow.md)


@dataclass(frozen=True)
class Scenario:
    """`said`: the person's words and answers; the rest is what staff write to them or to each other."""

    said: str
    lane: int = NORMAL
    answers: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()  # panels that the person does not trust
    name: str = "Пётр Примеров"
    purpose: str = "Для жалобы, с согласия."  # of asking for the name
    books: tuple[Record, ...] = ()  # what happened outside
    triaged: str = "Мы вам верим. Мы прочли и считаем срочным."
    handed: str = "Причина-30518: нужна проверка вне района."
    agreed: str = "Согласен: дело вне района."
    begun: str = "Начинаем проверку, план готов."
    investigated: str = "Есть основания расследовать."
    determined: str = "Установлено: били."
    closed: str = "Причины такие-то."
    review: str = "Не согласен, посмотрите снова."
    reopened: str = "Открыто снова: другие посмотрят."

    @property
    def country(self) -> str:
        return self.answers["country"]


HANDCUFFED = Scenario(
    "Били в наручниках. Врачам я сказал. В бумаге: упал с самоката. Грозят убить за жалобу. Терял сознание.",
    URGENT,
    {
        "country": "KZ",
        "episode.1.restrained": "yes",
        "exams.1.told_truth": "yes",
        "exams.1.official_explanation": "Упал с самоката",
        "unconscious": "head_blow",
        "t_detained": "2026-05-01T10:00/2026-05-01T10:00 exact Asia/Almaty",
        "t_judge": "2026-05-03T10:01/2026-05-03T10:01 exact Asia/Almaty",
        "judge_how": "in_person",
        "judge_asked_treatment": "no",
    },
)

DEATH = Scenario(
    "Брат умер в изоляторе. Адвокату не дают дело.",
    answers={
        "country": "TJ",
        "alive_status": "died",
        "t_detained": "2026-05-01T10:00/2026-05-01T10:00 exact Asia/Dushanbe",
        "t_judge": "2026-05-03T22:00/2026-05-03T22:00 exact Asia/Dushanbe",
        "judge_how": "in_person",
        "complaint.1.c_outcome": "terminated_no_crime reopened suspended_suspect_ill",
        "complaint.2.c_outcome": "terminated_no_evidence reopened court_order_ignored",
        "complaint.1.c_file_access": "asked_refused",
    },
    name="Саида Примерова",
    books=(
        {"book": "proceeding", "day": "2026-06-02", "number": "75/12", "event": "closed", "what": "Нет состава"},
        {"book": "proceeding", "day": "2026-07-01", "number": "75/12", "event": "court_order", "what": "Суд"},
        {"book": "proceeding", "day": "2026-07-20", "number": "75/12", "event": "order_ignored"},
        {"book": "proceeding", "day": "2026-08-03", "number": "75/12", "event": "reopened"},
        {"book": "proceeding", "day": "2026-08-20", "number": "75/12", "event": "suspended_illness"},
        {"book": "proceeding", "day": "2026-09-01", "number": "75/12", "event": "file_asked", "what": "Адвокат"},
        {"book": "proceeding", "day": "2026-09-04", "number": "75/12", "event": "file_denied"},
    ),
    triaged="Мы соболезнуем. Мы прочли.",
    determined="Установлено: смерть под стражей.",
    review="Суд нас не услышал. Посмотрите снова.",
)

RELATIVES = Scenario(
    "Мы боимся. Нас мало. Брата забрали, когда он работал в соседней стране.",
    answers={"country": "KG", "r_do_not": "не звонить"},
    left_out=("in-country",),
    name="Азиз Примеров",
    purpose="Для письма в комитет.",
    triaged="Мы прочли. Мы не позвоним.",
    determined="Установлено частично.",
    review="Мы ждали другого. Посмотрите снова.",
)
