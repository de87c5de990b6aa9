"""What the form on paper asks of the main form: printed by service/site/paper.py, copied in on the page paper.html."""

from __future__ import annotations

from typing import Final

from intake_forms.model import Form

# The question, and how many lines to write on where there is nothing to tick. The story fills its page.
FIRST: Final = (("role", 0), ("urgent", 0), ("country", 0), ("place_name", 1), ("ep_start", 1), ("story", 0))
MORE: Final = (
    *(("alive_status", 0), ("v_age_band", 0), ("v_gender", 0), ("t_detained", 1), ("family_told", 0)),
    *(("lawyer_got", 0), ("body", 2), ("unconscious", 0), ("ex_when", 1), ("ex_copy", 0), ("p_agency", 1)),
    *(("p_look", 2), ("never_show", 1), ("file_note", 1), ("c_to", 1), ("c_when", 1), ("c_reason_given", 1)),
    *(("r_threat", 0), ("r_needs", 0), ("r_do_not", 1), ("wishes", 0), ("reply_lang", 0)),
)
NAMES: Final = (("v_name", 1), ("p_name", 1), ("wit_detail", 1), ("trusted_person", 2))
CONSENTS: Final = "consent"  # the section whose questions all have the same choices


def copied(main: Form) -> list[str]:
    """Ids of the questions, those of the section one by one."""
    consents = next(one for one in main.sections if one.id == CONSENTS)
    return [
        *(id for id, _ in (*FIRST, *MORE, *NAMES)),
        *(one.id for screen in consents.screens for one in screen.questions),
    ]
