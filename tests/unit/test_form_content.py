"""What the forms ask: everything that the field needs, nothing that must be answered, no word that hurts."""

from __future__ import annotations

import re

import pytest

from intake_forms.answers import choices_of, shown
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
files file_note file_origin physical_kept evidence_at_risk confession statement_used exclusion_asked result case_stage
next_hearing c_to c_when c_ref c_reply_when c_outcome c_reason_given c_file_access c_same_officers_investigated
c_after un_pending r_where_is_perp r_same_custody r_threat r_family r_children r_needs r_do_not wishes
consent_staff_only consent_npm consent_ombudsman consent_prosecutor consent_court consent_lawyer_ngo consent_medic
consent_un_sp consent_cat_or_hrc consent_diplomatic consent_statistics consent_media reply_mode reply_lang
staff_gender moved_place moved_when
""".split()

# Where a code alone would not say which kind it is (object, water, teeth), the id here does.
METHODS = """
punch_kick slap baton object_blow head_wall ears soles genitals_blow stamping tight_cuffs hanging stretching
forced_position cage_small_space bag gas_mask water choking wires stun_device cigarette hot_object liquid cold_water
cold_room heat cut pierce nails_m teeth_m hair crushing animal spray forced_drug forced_injection drug_withdrawal
sexual_threat nudity sexual_touching sexual_object rape forced_with_other sexual_filming food water_kept sleep toilet
medicine light isolation hooding noise clothing threat_death threat_family mock_execution made_to_watch made_to_hurt
insult religious_insult ethnic_insult planted_evidence_threat forced_video forced_statement forced_shaving
family_detained hazing_superior hazing_peers
"""
PLACES = """
street home vehicle police_station police_office_room police_post regional_dept organised_crime_unit
security_service_office ivs sizo security_sizo administrative_reception colony_min colony_med colony_max
settlement_colony life_prison women_colony juvenile_colony punishment_cell solitary court_cell convoy_train
prison_hospital hospital forensic_psychiatric psychiatric psychoneuro_home narcology tb_hospital orphanage
special_school child_adaptation_centre elderly_home disability_home military_unit guardhouse draft_office border_post
airport_transit migration_centre refugee_site return_flight protest_site unofficial_site embassy other
"""
SITES = """
crown forehead eye ear nose cheek mouth teeth jaw neck_front nape shoulder upper_arm elbow forearm wrist palm hand_back
fingers nails chest breast ribs abdomen flank_kidney upper_back lower_back hip groin genitals buttocks anus thigh knee
shin calf ankle foot_top sole toes whole_body unsure
"""
INJURIES = """
bruise swelling graze cut burn puncture bite fracture_known fracture_suspected dislocation tooth_lost hair_loss bleeding
scar numbness weakness pain headache dizziness hearing sight breathing blood_urine incontinence genital_pain miscarriage
fever none_visible
"""
STATUSES = """
not_detained stopped invited witness suspect accused administrative convicted recalled conscript patient child_in_care
care_resident migrant asylum_seeker extraditee released_no_charge released_bail acquitted deceased
"""
PURPOSES = """
confession confession_unsolved_case information punishment intimidation extortion silence_complaint discrimination
force_statement_about_other recruit_informant force_withdrawal discipline humiliation other
"""
REGIONS = """
KZ-10 KZ-11 KZ-15 KZ-19 KZ-23 KZ-27 KZ-31 KZ-33 KZ-35 KZ-39 KZ-43 KZ-47 KZ-55 KZ-59 KZ-61 KZ-62 KZ-63 KZ-71 KZ-75 KZ-79
KG-B KG-C KG-GB KG-GO KG-J KG-N KG-O KG-T KG-Y TJ-DU TJ-GB TJ-KT TJ-RA TJ-SU
"""
COMPLAINED_TO = """
detention_head police_internal prosecutor special_prosecutor court ombudsman npm public_monitoring security_service
presidential_admin parliament doctor lawyer ngo_coalition media un embassy none
"""
LISTS = {
    "method": METHODS, "place_type": PLACES, "body_site": SITES, "injury": INJURIES, "legal_status": STATUSES,
    "purpose": PURPOSES, "region": REGIONS, "complaint_body": COMPLAINED_TO, "priority": "P0 P1 P2 P3 P4",
    "role": "victim relative lawyer hrd medic witness custody_staff other",
    "urgent": "held_now threatened needs_doctor being_returned evidence_vanishing missing none",
    "age_band": "u14 14-17 18-24 25-34 35-49 50-64 65p",
    "name_mode": "none initials nickname sealed_full",
    "migrant_status": "citizen migrant_worker returned_migrant refugee_asylum stateless",
    "vulnerability": "child lgbti hrd journalist lawyer soldier minority poor_health drug_dependence hiv_tb",
    "charge": "property drugs violence security_terror extremism_religious political_protest economic administrative "
    "none_given",
    "alive": "alive injured missing died",
    "knows_filed": "agreed knows doesnt_know cannot_ask died",
    "capacity": "retained appointed ngo treating_doctor forensic psychologist",
    "saw_how": "saw heard told_by_victim told_by_other saw_document",
    "restraint": "handcuffs_front handcuffs_behind rope leg_irons straitjacket hooked_to_object",
    "custody_stage": "stop transport first_hours ivs remand court prison army institution return not_detained",
    "how_detained": "street home work summons invited_to_talk witness_first border other",
    "lawyer_got": "no state_given_not_chosen chosen forced_waiver refused_entry",
    "judge_action": "ordered_exam ordered_probe excluded_evidence ignored told_to_stop released remanded",
    "sexual_any": "no yes_tell_later yes_tell_now",
    "unconscious": "no head_blow choking pain drug unsure",
    "mind": "sleep nightmares fear flashbacks sadness anger memory self_harm_thoughts",
    "exam_type": "admission transfer hospital alcohol_test forensic independent traditional_healer",
    "exam_by": "police_medic prison_medic public_hospital forensic_service independent unknown",
    "consistency": "not_consistent consistent highly_consistent typical_of diagnostic_of",
}  # fmt: skip

# who sees a question that is not for everybody; nobody known: what the person harmed would see
ROLES = ("", "victim", "relative", "lawyer", "hrd", "medic", "witness", "custody_staff", "other", "prefer_not")
HELPERS = {"lawyer", "hrd", "medic"}
ONLY = {
    "alive_status": set(ROLES) - {"", "victim", "prefer_not"}, "knows_filed": set(ROLES) - {"", "victim", "prefer_not"},
    "your_link": {"relative"}, "pro_capacity": HELPERS, "pro_privilege": HELPERS, "client_instruction": HELPERS,
    "authority_doc": HELPERS, "saw_how": {"witness", "custody_staff"}, "w_distance_light": {"witness", "custody_staff"},
    "w_also_detained": {"witness", "custody_staff"}, "w_is_staff": {"witness", "custody_staff"},
    "ip_report": {"medic"}, "consistency": {"medic"},
}  # fmt: skip

TYPES = {
    "when": "ep_start ep_end moved_when t_detained t_registered t_family t_lawyer t_judge t_released ex_when "
    "next_hearing",
    "place": "place_name moved_place ex_where",
    "many": "urgent purpose v_vulnerability restraint_type judge_action methods symptoms_then symptoms_now mind",
    "yesno": "still_happening interpreter_needed pregnant pro_privilege w_also_detained w_is_staff blindfolded "
    "restrained plain_clothes ids_shown told_reason told_rights record_correct signed_blank_or_unread lawyer_asked "
    "private_talk questioned_without told_judge judge_asked_legality judge_asked_grounds judge_asked_treatment "
    "camera_present camera_working officer_present cuffed could_undress asked_cause told_truth ex_recorded ex_copy "
    "ex_matches want_exam",
    "file": "authority_doc ip_report files",
    "body": "body",
}

COUNTS = {"outcome": 31, "agency": 23 + 21 + 20 + 9, "reprisal_type": 25, "issues": 27}


def ids(form: Form) -> set[str]:
    return {question.id for question in form.questions()}


def test_the_forms_are_all_there() -> None:
    assert set(FORMS.forms) == {"main", "minute", "reprisal", "return", "conditions", "missing", "death"}


@pytest.mark.parametrize("id", ASKED)
def test_the_main_form_asks(id: str) -> None:
    assert id in ids(MAIN)


@pytest.mark.parametrize(("id", "choices"), LISTS.items())
def test_a_list_holds_the_codes_of_the_field_and_no_others(id: str, choices: str) -> None:
    assert sorted(choice.id for choice in FORMS.lists[id].choices) == sorted(choices.split())


@pytest.mark.parametrize(("id", "count"), COUNTS.items())
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
    assert used | {"groups", "priority"} == set(FORMS.lists)  # priority: of the desk


@pytest.mark.parametrize("text", [text for _, text in sentences(FORMS)])
def test_no_word_hurts_and_every_sentence_is_short(text: str) -> None:
    assert not re.search(NEVER, text, re.IGNORECASE)
    assert len(text) <= 170
    assert not text.startswith(" ") and "  " not in text


def test_the_one_minute_form_is_three_screens() -> None:
    assert len(list(FORMS.forms["minute"].screens())) == 3


@pytest.mark.parametrize(("type", "named"), TYPES.items())
def test_a_question_is_answered_in_its_way(type: str, named: str) -> None:
    types = {question.id: question.type for question in MAIN.questions()}
    assert {id: types[id] for id in named.split()} == dict.fromkeys(named.split(), type)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_asked_what_it_can_know(role: str) -> None:
    asked = {question.id for _, _, question in shown(MAIN, {"role": role})}
    assert {id for id in ONLY if id in asked} == {id for id, roles in ONLY.items() if role in roles}
    assert {"story", "t_detained", "methods", "body", "want_exam", "consent_court"} <= asked


@pytest.mark.parametrize(("country", "regions"), [("KZ", 20), ("KG", 9), ("TJ", 5), ("", 34), ("dont_know", 34)])
def test_the_regions_offered_are_those_of_the_country_or_all(country: str, regions: int) -> None:
    answers = {"country": country}
    [(step, region)] = [(step, one) for _, step, one in shown(MAIN, answers) if one.id == "region"]
    offered = choices_of(FORMS, region, step, answers)
    assert len(offered) == regions
    assert country in ("", "dont_know") or all(one.id.startswith(country) for one in offered)
    assert "region" not in {one.id for _, _, one in shown(MAIN, {"country": "X"})}


def test_a_name_is_asked_for_only_by_those_who_want_to_give_one() -> None:
    for mode, asked in {"": False, "none": False, "prefer_not": False, "initials": True, "sealed_full": True}.items():
        assert asked == ("v_name" in {one.id for _, _, one in shown(MAIN, {"v_name_mode": mode})}), mode


def test_the_account_comes_before_any_list_of_what_can_be_done_to_people() -> None:
    order = [section.id for section in MAIN.sections]
    assert order.index("account") < order.index("methods_") < order.index("sexual_")
    assert all(choice.group for choice in FORMS.lists["method"].choices)  # behind headings that stay closed


def test_a_screen_asks_few_things() -> None:
    for form in FORMS.forms.values():
        for screen in form.screens():
            assert len(screen.questions) <= 4, screen.id


def test_hard_subjects_have_a_breath_before_them() -> None:
    quiet = {section.id for form in FORMS.forms.values() for section in form.sections if section.quiet}
    assert {"sexual_", "methods_", "injuries_", "death_"} <= quiet


def test_consent_is_asked_for_every_scope_with_nothing_first() -> None:
    scopes = [one for one in MAIN.questions() if one.id.startswith("consent_")]
    assert len(scopes) == 12
    assert {one.list for one in scopes} == {"consent_level"}
    now = [one for form in FORMS.forms.values() for one in form.questions() if one.id == "rt_consent_un_now"]
    assert {one.seal for one in [*scopes, *now]} == {"account"}  # read by all who read the case (crypto/SPEC.md 5.13)
    assert FORMS.lists["consent_level"].choices[0].id == "nothing"


def test_a_fact_that_nobody_has_confirmed_is_marked() -> None:
    agencies = FORMS.lists["agency"].choices
    assert all(one.draft or one.source or one.id.startswith("X_") for one in agencies)
    day = "2025-07-13"
    offered = {one.id for one in agencies if one.offered(day)}
    assert "KZ_aca" in offered and "KZ_knb_anticorruption" not in offered
    assert "KZ_knb_anticorruption" in {one.id for one in agencies if one.offered("2025-07-14")}


def test_what_is_sexual_is_asked_on_its_own_page_and_only_of_those_who_tell_it_now() -> None:
    def offered(id: str, answers: dict[str, str]) -> set[str]:
        found = [(step, one) for _, step, one in shown(MAIN, answers) if one.id == id]
        return {choice.id for step, one in found for choice in choices_of(FORMS, one, step, answers)}

    sexual = {choice.id for choice in FORMS.lists["method"].choices if choice.group == "sexual"}
    now = {"sexual_any": "yes_tell_now"}
    assert not offered("methods", now) & sexual
    assert offered("sexual_methods", now) == sexual
    assert offered("methods", now) | sexual == {choice.id for choice in FORMS.lists["method"].choices}
    for later in ("", "no", "yes_tell_later", "dont_know", "prefer_not"):
        assert not offered("sexual_methods", {"sexual_any": later})


def test_no_answer_reads_as_one_that_every_closed_question_offers() -> None:
    labels = {choice.label for one in FORMS.lists.values() for choice in one.choices}
    assert not labels & {"I do not know", "I prefer not to say"}


def test_a_form_that_asks_when_asks_in_which_country_so_that_the_clock_is_known() -> None:
    for form in FORMS.forms.values():
        if form.id not in MODULES[1:] and any(question.type == "when" for question in form.questions()):
            assert "country" in ids(form), form.id


def test_nobody_is_asked_what_a_judge_said_who_never_came() -> None:
    for how, asked in {"": True, "in_person": True, "video": True, "never": False, "not_yet": False}.items():
        seen = {one.id for _, _, one in shown(MAIN, {"judge_how": how})}
        assert ({"told_judge", "judge_asked_treatment", "judge_action"} <= seen) == asked
        assert "t_judge" in seen
