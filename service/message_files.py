"""The files of an opened message, from the stream that has their keys, with the question that each answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crypto.account import SEALED_FILES, Answers, EvidenceItem, sealed_files
from crypto.errors import ProtocolError
from crypto.message import OpenedMessage

UPLOADS: Final = re.compile(r"[0-9a-f]{32}( [0-9a-f]{32})*")


@dataclass(frozen=True)
class MessageFile:
    item: EvidenceItem
    question: str  # its id; empty where the person did not say what it is
    for_intake: bool  # never handed on


def files_of(message: OpenedMessage) -> list[MessageFile]:
    """SPEC 6.3: those that every reader opens, and those for intake alone. A sealed identity is not opened here."""
    content = message.account.content
    return [
        *(MessageFile(one, question_of(one, content.answers), False) for one in content.evidence),
        *(MessageFile(one, question_of(one, message.intake), True) for one in kept_for_intake(message)),
    ]


def kept_for_intake(message: OpenedMessage) -> tuple[EvidenceItem, ...]:
    """None where the list is no list: then it stands among the answers, where a reader sees it."""
    try:
        return sealed_files(message.intake)
    except ProtocolError:
        return ()


def question_of(item: EvidenceItem, answers: Answers) -> str:
    upload = item.upload_id.hex()
    return next((id_ for id_, text in answers.items() if UPLOADS.fullmatch(text) and upload in text.split(" ")), "")


def words_of(message: OpenedMessage) -> tuple[Answers, Answers]:
    """The answers of the account and of intake, without those that only say which file answers what."""
    here = {one.item.upload_id.hex() for one in files_of(message)}
    listed = bool(kept_for_intake(message))

    def spoken(answers: Answers) -> Answers:
        return {
            id_: text
            for id_, text in answers.items()
            if not (UPLOADS.fullmatch(text) and set(text.split(" ")) <= here) and not (listed and id_ == SEALED_FILES)
        }

    return spoken(message.account.content.answers), spoken(message.intake)
