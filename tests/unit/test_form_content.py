"""What the forms ask: everything that the field needs, nothing that must be answered, no word that hurts."""

from __future__ import annotations

import re

import pytest

from intake_forms.model import WITHOUT_ANSWER, Form
from intake_forms.read import read_forms
from intake_forms.words import sentences

FORMS = read_forms()
MAIN = FORMS.forms["main"]
MODULES = ("main", "missing", "death")  # answered together

NEVER = r"\bprov(e|en|ing)\b|\bclaim|\bmandatory|\balleged|why didn't you|\brequired\b|\bmust answer"

# sealed apart: what identifies, to custodians; what only those who read first may know
IDENTITY = {"v_name", "authority_doc", "trusted_person", "wit_detail"}
INTAKE = {"never_show", "r_do_not"}

ASKED = """
role safe_now urgent story still_happening purpose said_to_you v_name_mode v_name v_age_band v_gender v_ethnicity
v_religion v_language interpreter_needed v_disability pregnant v_nationality migrant_status v_vulnerability
legal_status charge_category alive_status knows_filed your_link pro_capacity authority_doc pro_privilege
client_instruction saw_how w_distance_light w_also_detained w_is_staff ep_start ep_end ep_times country region
place_type place_name room_detail blindfolded restrained restraint_type custody_stage t_detained how_detained
plain_clothes ids_shown told_reason told_rights t_registered record_correct signed_blank_or_unread family_told
t_family lawyer_asked lawyer_got t_lawyer private_talk questioned_without t_judge judge_how told_judge
judge_asked_legality judge_asked_grounds judge_asked_treatment judge_action camera_present camera_working t_released
released_how methods objects positions duration sexual_any body symptoms_then symptoms_now unconscious could_walk mind
ex_when ex_where ex_type ex_by officer_present cuffed could_undress asked_cause told_truth ex_recorded ex_copy
ex_matches official_explanation ip_report consistency want_exam p_known p_name p_nick p_rank p_badge p_vehicle
p_agency p_unit p_role p_look p_speech p_works_at_complaint_body never_show wit_any wit_detail wit_safe_to_contact
files file_note file_origin physical_kept evidence_at_risk confession statement_used exclusion_asked case_stage
next_hearing c_to c_when c_ref c_reply_when c_outcome c_reason_given c_file_access c_same_officers_investigated
c_after un_pending r_where_is_perp r_same_custody r_threat r_family r_children r_needs r_do_not wishes
consent_staff_only consent_npm consent_ombudsman consent_prosecutor consent_court consent_lawyer_ngo consent_medic
consent_un_sp consent_cat_or_hrc consent_diplomatic consent_statistics consent_media reply_mode reply_lang
staff_gender moved_place moved_when
""".split()

CHOICES = {
    "region": 20 + 9 + 5, "method": 69, "purpose": 14, "legal_status": 20, "body_site": 42, "injury": 28,
    "complaint_body": 18, "outcome": 31, "place_type": 48, "agency": 23 + 21 + 20 + 9, "reprisal_type": 25,
    "issues": 27,
}  # fmt: skip


def ids(form: Form) -> set[str]:
    return {question.id for question in form.questions()}


def test_the_forms_are_all_there() -> None:
    assert set(FORMS.forms) == {"main", "minute", "reprisal", "return", "conditions", "missing", "death"}


@pytest.mark.parametrize("id", ASKED)
def test_the_main_form_asks(id: str) -> None:
    assert id in ids(MAIN)


@pytest.mark.parametrize(("id", "count"), CHOICES.items())
def test_a_list_is_whole(id: str, count: int) -> None:
    assert len(FORMS.lists[id].choices) == count


def test_what_identifies_is_sealed_apart_and_what_only_first_readers_may_know_too() -> None:
    by_seal = {seal: {one.id for one in MAIN.questions() if one.seal == seal} for seal in ("identity", "intake")}
    assert by_seal == {"identity": IDENTITY, "intake": INTAKE}


def test_the_questions_that_one_person_answers_together_have_ids_of_their_own() -> None:
    for one in MODULES:
        for other in MODULES:
            assert one == other or not ids(FORMS.forms[one]) & ids(FORMS.forms[other])


def test_what_every_closed_question_offers_stands_in_no_list() -> None:
    for one in FORMS.lists.values():
        assert not {choice.id for choice in one.choices} & set(WITHOUT_ANSWER), one.id


def test_every_list_is_used_and_none_is_double() -> None:
    used = {id for form in FORMS.forms.values() for id in FORMS.lists_of(form)}
    assert used | {"groups"} == set(FORMS.lists)


@pytest.mark.parametrize("text", [text for _, text in sentences(FORMS)])
def test_no_word_hurts_and_every_sentence_is_short(text: str) -> None:
    assert not re.search(NEVER, text, re.IGNORECASE)
    assert len(text) <= 170
    assert not text.startswith(" ") and "  " not in text


def test_the_one_minute_form_is_three_screens() -> None:
    assert len(list(FORMS.forms["minute"].screens())) == 3


def test_a_screen_asks_few_things() -> None:
    for form in FORMS.forms.values():
        for screen in form.screens():
            assert len(screen.questions) <= 5, screen.id


def test_hard_subjects_have_a_breath_before_them() -> None:
    quiet = {section.id for form in FORMS.forms.values() for section in form.sections if section.quiet}
    assert {"sexual_", "methods_", "injuries_", "death_"} <= quiet


def test_consent_is_asked_for_every_scope_with_nothing_first() -> None:
    scopes = [one for one in MAIN.questions() if one.id.startswith("consent_")]
    assert len(scopes) == 12
    assert {one.list for one in scopes} == {"consent_level"}
    assert FORMS.lists["consent_level"].choices[0].id == "nothing"


def test_a_fact_that_nobody_has_confirmed_is_marked() -> None:
    agencies = FORMS.lists["agency"].choices
    assert all(one.draft or one.source or one.id.startswith("X_") for one in agencies)
    day = "2025-07-13"
    offered = {one.id for one in agencies if one.offered(day)}
    assert "KZ_aca" in offered and "KZ_knb_anticorruption" not in offered
    assert "KZ_knb_anticorruption" in {one.id for one in agencies if one.offered("2025-07-14")}
