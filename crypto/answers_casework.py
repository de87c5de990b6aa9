"""SPEC 14: the ops about the chain of a case, its rules, cards and conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crypto.box import parse_box
from crypto.card import cards, inbox_pks, verify_card
from crypto.chain import Chain, KnownMessage, verify_chain
from crypto.claiming import check_claim
from crypto.conflict import Declaration, Implicated, conflicts, open_declarations, parse_declaration
from crypto.encoding import read_utf8
from crypto.entry import SignedEntry, parse_signed_entry
from crypto.holes import check_holes
from crypto.inputs import BadRequest, Inputs, Ok, known_message, number_in, string_in, unhex
from crypto.keeping import find_holders, is_kept
from crypto.keyring import KeyringBody
from crypto.message import parse_sealed
from crypto.more import verify_more_answered, verify_more_asked
from crypto.names import folds_of
from crypto.posts import PostedEntry, parse_posted_entries
from crypto.withholding import check_given, check_withholding
from crypto.workflow import STATE_NAMES, Calendar, deeds, due_day, find_rule, is_dormant
from crypto.wraps import check_readers, check_secret, check_wrap


def _card(i: Inputs) -> Ok:
    """The chain as the person sees it: the newest `shown` entries, and where the case stood before them."""
    instance, cid, keyring, today = i.bytes("instance"), i.bytes("cid"), i.keyring(), i.number("today")
    entries, shown = i.list("entries", unhex), i.number("shown")
    cut = max(0, len(entries) - shown)
    last = verify_chain(instance, cid, keyring, entries[:cut], [], today).last
    chain = verify_chain(instance, cid, keyring, entries[cut:], [], today, replace(last, day=0, count=0))
    card = verify_card(instance, cid, keyring, chain, i.bytes("card"), today, i.number("least"))
    return {
        "number": card.number,
        "intake_pk": card.intake_pk.hex(),
        "unit_pk": card.unit_pk.hex(),
        "unit_reads": bool(inbox_pks(card, chain.place)[1]),
    }


def _cards(i: Inputs) -> Ok:
    instance, cid, keyring, today = i.bytes("instance"), i.bytes("cid"), i.keyring(), i.number("today")
    posted = parse_posted_entries(i.bytes("posted"))
    chain = verify_chain(instance, cid, keyring, [one.entry for one in posted], [], today)
    return {"cards": [{"number": one.card.number, "signed": one.encoded.hex()} for one in cards(chain, posted)]}


def _chain(i: Inputs) -> Ok:
    entries, messages = i.list("entries", unhex), i.list("messages", known_message)
    chain = verify_chain(i.bytes("instance"), i.bytes("cid"), i.keyring(), entries, messages, i.number("today"))
    return told(chain)


def told(chain: Chain) -> Ok:
    """A verified chain as `chain.verify` answers it."""
    return {
        "head": chain.head.hex(),
        "state": chain.state,
        "acknowledged": chain.acknowledged,
        "void": list(chain.void),
        "unconfirmed": list(chain.unconfirmed),
        "back": chain.place.back,
        "priority": chain.place.priority,
        "until": chain.place.until,
        "since": chain.place.since,
        "pending": [link.hex() for link in chain.pending],
        "wrap": chain.wrap.hex(),
        "asks": [
            {"link": one.entry.link.hex(), "agreed": one.agreed, "granted": one.granted, "opened": one.opened}
            for one in chain.asks
        ],
        "readers": [box.hex() for box in chain.readers],
        "changes": [one.link.hex() for one in chain.changes],
        "copies": [one.link.hex() for one in chain.copies],
        "withholdings": [one.link.hex() for one in chain.withholdings],
        "claimed": [member.hex() for member in chain.claimed],
        "erasing": [one.link.hex() for one in chain.erasing],
        "nameless": [one.link.hex() for one in chain.nameless],
        "hold": chain.hold,
        "holding": [one.link.hex() for one in chain.holding],
    }


def _keeping(i: Inputs) -> Ok:
    posted, messages = parse_posted_entries(i.bytes("posted")), i.list("messages", known_message)
    keyring, today = i.keyring(), i.number("today")
    entries = [one.entry for one in posted]
    chain = verify_chain(i.bytes("instance"), i.bytes("cid"), keyring, entries, messages, today)
    holders = find_holders(chain, posted, keyring)
    return {
        "holders": [{"member": one.member.hex(), "count": one.count} for one in holders],
        "kept": is_kept(holders, len(messages), keyring, today, i.list("gone", unhex)),
    }


def _last(check: Callable[[Chain, list[PostedEntry], KeyringBody, SignedEntry], None]) -> Callable[[Inputs], Ok]:
    """What a server checks of the last entry beside what follows from the chain."""

    def checked(i: Inputs) -> Ok:
        posted, keyring = parse_posted_entries(i.bytes("posted")), i.keyring()
        entries = [one.entry for one in posted]
        chain = verify_chain(i.bytes("instance"), i.bytes("cid"), keyring, entries, [], i.number("today"))
        if not chain.entries:
            raise BadRequest
        check(chain, posted, keyring, chain.entries[-1])
        return {}

    return checked


def _unit(i: Inputs) -> Ok:
    box, handed_on = parse_box(i.bytes("box")), bool(i.number("handed_on"))
    check_wrap(box, i.keyring(), i.number("day"), i.bytes("inbox_pk"), handed_on)
    return {}


def _readers(i: Inputs) -> Ok:
    box, kept, handed_on = parse_box(i.bytes("box")), bool(i.number("kept")), bool(i.number("handed_on"))
    check_readers(box, i.keyring(), i.number("day"), kept, handed_on)
    return {}


def _half(i: Inputs) -> Ok:
    check_secret(parse_box(i.bytes("box")), i.keyring(), parse_signed_entry(i.bytes("asked")), i.number("day"))
    return {}


def _holes(i: Inputs) -> Ok:
    messages = [parse_sealed(i.bytes("instance"), one) for one in i.list("messages", unhex)]
    known = [KnownMessage(one.cid, one.lane) for one in messages]
    entries = i.list("entries", unhex)
    chain = verify_chain(i.bytes("instance"), i.bytes("cid"), i.keyring(), entries, known, i.number("today"))
    check_holes(chain, messages)
    slots, identities = ([one.cid.hex() for one in found] for found in (
        [one for one in messages if one.slots_gone], [one for one in messages if one.identity_gone]))  # fmt: skip
    return {"slots": slots, "identities": identities}


def _rules(i: Inputs) -> Ok:
    states = range(len(STATE_NAMES))
    state = i.number("state")
    found = [(back, target, find_rule(state, back, target)) for back in states for target in states]
    return {
        "rules": [
            [*place, sorted(rule.signers), sorted(rule.approvers), rule.least, rule.most]
            for *place, rule in found
            if rule is not None
        ]
    }


def _deeds(i: Inputs) -> Ok:
    found = deeds(i.number("state"), i.number("back"), i.number("role"))
    return {"deeds": [[target, four_eyes] for target, four_eyes in found]}


def _annexes(i: Inputs) -> Ok:
    found = open_declarations(i.bytes("instance"), i.bytes("annexes"), i.key(), i.keyring().members)
    return {"members": [{"member": one.hex(), **_shown(found[one])} for one in sorted(found)]}


def _shown(one: Declaration) -> Ok:
    return {
        "posts": [[post.agency, post.unit.hex(), post.first, post.last] for post in one.posts],
        "regions": list(one.regions),
        "names": [name.hex() for name in one.names],
        "languages": list(one.languages),
    }


def _conflicts(i: Inputs) -> Ok:
    implicated = Implicated(
        agencies=i.list("agencies", string_in),
        units=[read_utf8(one) for one in i.list("units", unhex)],
        regions=i.list("regions", string_in),
        names=[read_utf8(one) for one in i.list("names", unhex)],
        denied=[read_utf8(one) for one in i.list("denied", unhex)],
        excluded=i.list("excluded", unhex),
    )
    declaration = parse_declaration(i.bytes("instance"), i.bytes("declaration"))
    return {"reasons": conflicts(declaration, implicated, i.number("day")), "hash": declaration.hash.hex()}


def _more(i: Inputs) -> Ok:
    keyring, answer = i.keyring(), i.bytes("answer")
    asked = verify_more_asked(i.bytes("instance"), keyring, i.bytes("asked"))
    found = verify_more_answered(keyring, asked, answer) if answer else None
    return {
        "member": asked.member.hex(),
        "day": asked.day,
        "cases": asked.cases,
        "reason": asked.reason,
        "hash": asked.hash.hex(),
        "by": found.member.hex() if found else "",
        "agrees": found is not None and found.agrees,
    }


def _due(i: Inputs) -> Ok:
    return {"day": due_day(i.number("state"), i.number("since"), i.number("until"), i.number("priority"))}


def _due_in(i: Inputs) -> Ok:
    calendar = Calendar(frozenset(i.list("off", number_in)), frozenset(i.list("work", number_in)))
    given = (i.number("state"), i.number("since"), i.number("until"), i.number("priority"))
    return {"day": due_day(*given, calendar)}


CASEWORK: dict[str, Callable[[Inputs], Ok]] = {
    "card.verify": _card,
    "cards.list": _cards,
    "chain.verify": _chain,
    "chain.keeping": _keeping,
    "chain.holes": _holes,
    "chain.withholding": _last(check_withholding),
    "chain.claim": _last(check_claim),
    "chain.given": _last(check_given),
    "wrap.names": _unit,
    "readers.names": _readers,
    "half.names": _half,
    "names.folds": lambda i: {"folds": folds_of(i.text("text"))},
    "annexes.open": _annexes,
    "conflict.reasons": _conflicts,
    "more.verify": _more,
    "workflow.rules": _rules,
    "workflow.deeds": _deeds,
    "workflow.due": _due,
    "workflow.due_in": _due_in,
    "workflow.dormant": lambda i: {"dormant": is_dormant(i.number("state"), i.number("since"), i.number("day"))},
}
