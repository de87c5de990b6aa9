"""The fixed sentences of a dossier, by language and key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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
        "copy_of": "A copy from which something was left out, or what is said in it, of the file with SHA-256",
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
        "copy_of": "Копия, из которой что-то убрано, или сказанное словами, файла с SHA-256",
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
        "3": "расследует",
        "4": "советник",
        "5": "переводчик",
        "6": "хранитель",
    },
}
