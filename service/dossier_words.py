"""The fixed sentences of a dossier, by language and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from babel.dates import format_date

LANGUAGES: Final = ("en", "ru")  # of the fixed sentences; the person's words stay as they are
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "Complaint of torture or ill-treatment",
        "case": "Case",
        "for": "For",
        "consent": "The person allowed",
        "agreed": "Asked once more, and agreed",
        "made": "Made on",
        "state": "State",
        "what": "Left out: everything that the person kept for us, what they did not allow for this addressee, and the sealed name. "
        "The words are the person's own and were not changed.",
        "history": "What was done",
        "head": "Every step was signed; this number vouches for all of them:",
        "files": "Files that belong to it",
        "copy_of": "A copy from which something was left out, a still picture, or what is said in it, of the file with SHA-256",
        "facts_no_identity": "what happened, without who they are",
        "with_identity": "what happened, and who they are",
        "ask_me_each_time": "to be asked each time",
        "lawyer_ngo": "a lawyer or an organisation that helps",
        "medic": "a doctor",
        "npm": "the inspectors of places of detention (NPM)",
        "ombudsman": "the Ombudsman",
        "prosecutor": "the prosecutor",
        "court": "the court",
        "un_sp": "special rapporteurs of the United Nations",
        "cat_or_hrc": "a committee of the United Nations",
        "diplomatic": "an embassy",
        "media": "the press",
    },
    "ru": {
        "title": "Жалоба на пытки или жестокое обращение",
        "case": "Дело",
        "for": "Кому",
        "consent": "Человек разрешил",
        "agreed": "Спрошен ещё раз и согласен",
        "made": "Составлено",
        "state": "Состояние",
        "what": "Не включено: всё, что человек доверил только нам, чего он этому адресату не разрешил, и запечатанное имя. "
        "Слова принадлежат человеку и не изменены.",
        "history": "Что было сделано",
        "head": "Каждый шаг подписан; за все шаги ручается это число:",
        "files": "Файлы, которые к этому относятся",
        "copy_of": "Копия, из которой что-то убрано, снимок из видео или запись слов; сделано из файла с SHA-256",
        "facts_no_identity": "что произошло, без сведений о себе",
        "with_identity": "что произошло и кто он",
        "ask_me_each_time": "спрашивать каждый раз",
        "lawyer_ngo": "адвокат или помогающая организация",
        "medic": "врач",
        "npm": "инспекция мест лишения свободы (НПМ)",
        "ombudsman": "Омбудсман",
        "prosecutor": "прокурор",
        "court": "суд",
        "un_sp": "специальные докладчики ООН",
        "cat_or_hrc": "комитет ООН",
        "diplomatic": "посольство",
        "media": "пресса",
    },
}
# What is shown of answers that stand in no list, by the ids of intake_forms/reading.py, which has them in English.
VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {},
    "ru": {
        "yes": "Да",
        "no": "Нет",
        "dont_know": "Не знает",
        "prefer_not": "Не хочет отвечать",
        "left": "слева",
        "right": "справа",
        "both": "с обеих сторон",
        "seen": "ещё видно",
        "not_seen": "уже не видно",
        "never": "Этого не было или ещё не было",
        "no_zone": "пояс неизвестен",
        "exact": "точно",
        "hour": "до часа",
        "part_of_day": "часть дня",
        "day": "до дня",
        "week": "до недели",
        "month": "до месяца",
        "season": "время года",
        "year": "до года",
    },
}
MESSAGES: Final = {
    "en": ("Complaint", "Added later", "Evidence", "Objection", "Request for review", "Wish to stop"),
    "ru": ("Жалоба", "Добавлено позже", "Доказательства", "Возражение", "Просьба о пересмотре", "Желание остановить"),
}
STEPS: Final = {
    "en": {
        1: "opened",
        2: "answered",
        3: "internal note",
        4: "stepped back",
        5: "step",
        6: "proposed",
        7: "approved",
        8: "refused",
        9: "handed on",
        10: "name asked for",
        11: "reviewer agreed",
        12: "custodian agreed",
        13: "name opened",
        14: "other readers proposed",
        15: "other readers agreed to",
        16: "handed on to the readers",
        17: "other investigators proposed",
        18: "said who works on it",
        19: "to erase the name proposed",
        20: "name erased",
        21: "a member kept out for some days",
        22: "part copied for a translator or expert",
        23: "translator or expert answered",
        24: "legal hold proposed",
        25: "legal hold agreed to",
    },
    "ru": {
        1: "открыто",
        2: "ответ",
        3: "внутренняя заметка",
        4: "самоотвод",
        5: "шаг",
        6: "предложено",
        7: "одобрено",
        8: "отказано",
        9: "передано дальше",
        10: "запрошено имя",
        11: "рецензент согласен",
        12: "хранитель согласен",
        13: "имя открыто",
        14: "предложено, чтобы читали другие",
        15: "согласие, чтобы читали другие",
        16: "передано тем, кто читает",
        17: "предложено, чтобы расследовали другие",
        18: "решено, кто ведёт дело",
        19: "предложено стереть имя",
        20: "имя стёрто",
        21: "одному из сотрудников дело закрыто на несколько дней",
        22: "часть скопирована для переводчика или эксперта",
        23: "переводчик или эксперт ответил",
        24: "предложен запрет на стирание",
        25: "согласие на запрет стирания",
    },
}
ROLES: Final = {
    "en": {
        "1": "reviewer",
        "2": "supervisor",
        "3": "investigator",
        "4": "adviser",
        "5": "translator",
        "6": "custodian",
    },
    "ru": {
        "1": "рецензент",
        "2": "руководитель",
        "3": "расследователь",
        "4": "эксперт",
        "5": "переводчик",
        "6": "хранитель",
    },
}


def say_day_in(language: str) -> Callable[[str], str]:
    """A day, given as 2026-05-01, as it is written on paper; what is no day stays as it is."""
    locale = "en_GB" if language == "en" else language

    def say_day(iso: str) -> str:
        try:
            return format_date(date.fromisoformat(iso), "long", locale=locale)
        except ValueError:
            return iso

    return say_day
