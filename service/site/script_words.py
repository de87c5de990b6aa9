"""Sentences that the scripts show, by key. Everything else stands in the templates."""

from __future__ import annotations

from typing import Final

# One sentence for classes of failure that a person meets alike, with what to do. A class of SPEC 13 or of the server
# (service/api/problems.py) stands in exactly one of them; a test compares.
FAULTS: Final[dict[str, tuple[str, str]]] = {
    "fault_code": (
        "bad_code",
        "A code has 24 digits. Look at what you typed: some are missing, or there are too many.",
    ),
    "fault_check_digit": (
        "bad_check_digit",
        "One digit is not right, or two have changed places. Compare with what you kept, digit by digit.",
    ),
    "fault_away": (
        "away",
        "There is no connection to our server. Everything you wrote is still here.",
    ),
    "fault_busy": (
        "busy no_room internal",
        "Our server cannot take it at this moment. Everything you wrote is still here.",
    ),
    "fault_expired": (
        "keyring_expired",
        "The list of readers is too old: it was good until {expires}, and today is {today} by your phone. "
        "If that date is wrong, correct the clock of your phone and check again. If it is right, do not send from here: "
        "write down what matters and come back in a few days, or use our other address.",
    ),
    "fault_rolled_back": (
        "keyring_rolled_back keyring_forked wrong_keyring",
        "The list of readers is not the newest one, or there are two different lists. Someone may have changed it on the way. "
        "Do not send from here. Try another network or Tor Browser, and compare the check number with the one on paper.",
    ),
    "fault_readers": (
        "threshold_not_reached wrong_roots wrong_instance key_reused missing_key no_readers low_order unsupported_suite",
        "The list of readers is not signed by the organisations that this page knows. Someone may have changed it on the way. "
        "Do not send from here. Try another network or Tor Browser, and compare the check number with the one on paper.",
    ),
    "fault_too_large": (
        "too_large body_too_large",
        "This is too long to send at once. Make it shorter, send it, and then add the rest under the same code.",
    ),
    "fault_random": (
        "random_failed kdf_out_of_bounds no_worker",
        "This browser cannot lock your words safely. Nothing was sent. Use another browser or another phone.",
    ),
    "fault_again": (
        "stale_nonce",
        "That took too long. Please try once more.",
    ),
    "fault_answer": (
        "bad_signature not_a_member role_not_allowed wrong_case hash_mismatch keys_differ chain_broken bad_state "
        "day_out_of_range commitment_mismatch decryption_failed bad_padding not_a_recipient",
        "What came back is not signed as it must be, so it is not shown. Someone may have changed it. "
        "Do not trust it. Come back later, from another network if you can.",
    ),
    "broken": (
        "broken malformed wrong_origin wrong_passphrase not_found not_allowed not_signed_in chain_moved bad_input enough_opened",
        "Something does not fit between this page and our server. Open the page again; if you wrote something, copy it first. "
        "If it stays like this, come back in a few days.",
    ),
}

READING: Final = ("fault_answer", "fault_again")  # only where answers are read

READERS: Final[dict[str, str]] = {
    "readers_away": "There is no connection to our server, so the list of readers is not here yet. We keep trying.",
    "grace": "The list of readers was good until {expires} and the new one is late. You can still send: the same people read.",
    "widened": "Few readers are free at this moment, so all of them are asked.",
    "clock_behind": "The clock of your phone seems wrong: it says {today}. You can go on all the same.",
    "readers": "Your browser has chosen {drawn} of {reviewers} readers. Only they can open your words.",
    "panel_all": "Those who read for all countries: {n}",
    "panel_some": "Those who read for {countries}: {n}",
    "too_few": "Too few would be left. At least four must stay: take somebody back.",
    "role1": "Reviewers, who read first",
    "role2": "Supervisors",
    "role3": "Investigators",
    "role4": "Advisers",
    "role5": "Translators",
    "role6": "Keepers of names",
    "role7": "People who watch over us",
}

COMMON: Final[dict[str, str]] = {
    "answered": "Answers: {n}",
    "problem": "Please look at this",
    "sealing": "Not sent yet. Your words are being locked on this phone. Do not close this page.",
    "sending": "Not sent yet. It is on its way. Do not close this page until it says “Sent”.",
    "waiting": "Not sent yet. We keep trying by ourselves; do not close this page.",
    "stopped": "Not sent.",
    "sent": "Sent. We have it.",
    "rest": "The rest of your words is still here.",
    "too_long": "This is too long to send at once. Make it shorter, send it, and then add the rest under the same code.",
    "too_long_locked": "What is locked away apart is too long: names, or what only those who read first may see. Make it shorter.",
    "parts": "This is long, so it goes in {n} parts, one after the other, under the same code. Nothing is lost.",
    **READERS,
}

FORM: Final[dict[str, str]] = {
    "yes": "Yes",
    "no": "No",
    "dont_know": "I do not know",
    "prefer_not": "I prefer not to say",
    "clear": "Take the answer back",
    "choose": "Choose",
    "add_row": "Add another: {what}",
    "drop_row": "Take away: {what}",
    "row_gone": "Taken away: {what}",
    "put_row": "Put it back",
    "when_day": "Day",
    "when_month": "Month",
    "when_year": "Year",
    "when_part": "Time of day",
    "when_clock": "Hour",
    "when_about": "It may have been some days earlier or later",
    "when_words": "Or in your own words, such as “around Nowruz”",
    "when_never": "It did not happen, or not yet",
    "spring": "Spring",
    "summer": "Summer",
    "autumn": "Autumn",
    "winter": "Winter",
    "night": "Night, before 6",
    "morning": "Morning, 6 to 12",
    "afternoon": "Afternoon, 12 to 18",
    "evening": "Evening, after 18",
    "clock": "I know the hour",
    "body_face": "Face",
    "body_front": "In front",
    "body_back": "From behind",
    "body_side": "Side of the body",
    "body_left": "Left",
    "body_right": "Right",
    "body_both": "Both sides",
    "body_injury": "What was there?",
    "body_seen": "Can it still be seen?",
}

EVIDENCE: Final[dict[str, str]] = {
    "record": "Record your voice",
    "recording": "Stop recording ({n} s)",
    "no_microphone": "The microphone cannot be used here. Allow it in the browser, or send a recording as a file.",
    "evidence_how": "Photograph marks in daylight, with a coin beside them. Keep clothes unwashed, in paper. Photos can tell the place and the phone: we take that out here, before anything leaves.",
    "evidence_note": "What do they show? You can leave this empty.",
    "evidence_sending": "Locking and sending the files. Do not close this page.",
    "evidence_waiting": "Not sent yet. We keep trying by ourselves; do not close this page.",
    "evidence_sent": "Sent. We have the files.",
    "evidence_room": "You can send {mib} MB more.",
    "evidence_too_much": "This is more than {mib} MB. Send what you have, then tell us what else there is.",
    "evidence_decide": "Choose what shall happen with this file.",
    "evidence_none": "No file is chosen yet.",
    "evidence_size": "{kib} KB",
    "evidence_looking": "Looking for traces in it.",
    "evidence_unreadable": "This file cannot be read. It will not be sent. Choose it again.",
    "evidence_clean": "Nothing in it tells of a place or a phone.",
    "evidence_cleaned": "Taken out: {what}.",
    "evidence_kept": "We cannot take this out: {what}. The readers would see it.",
    "evidence_unsure": "We cannot look into this kind of file. It may tell who made it, where and when.",
    "evidence_show": "Show what was found",
    "evidence_what": "What is this file?",
    "evidence_other": "Something else",
    "evidence_for_identity": "It is locked like a name: only a reader and a keeper of names together can open it.",
    "evidence_for_intake": "Only the first readers can open it. It is never handed on.",
    "evidence_remove": "Leave this file out",
    "wish_clean": "Send it without these traces",
    "wish_both": "Send it without them, and the original too, for a court",
    "wish_as_is": "Send it as it is",
    "wish_none": "Do not send it",
    "found_place": "place",
    "found_time": "time",
    "found_device": "phone or camera",
    "found_author": "name of the author",
    "found_software": "program",
    "found_comment": "remark",
    "found_thumbnail": "small picture",
    "found_text": "text",
    "found_unknown": "other data",
}

SUBMIT: Final[dict[str, str]] = {
    "empty": "Nothing is written yet. One sentence is enough, or only a name.",
    "nothing": "Nothing written",
    "no_name": "No name",
    "danger_yes": "Yes, someone is in danger now",
    "danger_no": "No, or I do not know",
    "groups_differ": "This is not the same as your code. Go back, look at it again, and correct what you wrote down.",
    "group": "Digits {n}",
    "kept": "I have kept the code",
    "copied": "Copied. Other apps on this phone may read it: put it where you keep it, then copy something else.",
    "marked": "The code is marked. Copy it as you copy other text.",
    "go_on": "Continue",
}

# On paper: service/site/paper.py
PAPER: Final[dict[str, str]] = {
    "paper_open": "This paper is not locked: whoever finds it can read it. Hide it, and give it only to somebody you trust.",
    "paper_how": "Nothing has to be answered. Whoever copies it into our page locks the words there, writes the code on the strip at the end and gives the strip back. "
    "Then burn the paper, unless you want it kept.",
    "paper_consent": "Who else may get what you told? An empty row means: nobody.",
    "paper_names": "Names. Keep this page apart from the others.",
    "paper_strip": "Cut off here and keep it. This code opens our answers; it does not show what you wrote.",
    "paper_read": "To read the answer:",
    "paper_number": "Check number:",
}

# In the places of the same words where somebody copies what another wrote on paper.
COPYING: Final[dict[str, str]] = {
    "sealing": "Not sent yet. The words are being locked on this phone. Do not close this page.",
    "readers": "This browser has chosen {drawn} of {reviewers} readers. Only they can open these words.",
    "sent": "Sent. The copy is with us.",
    "rest": "The rest of the words is still here.",
    "fault_check_digit": "One digit is not right, or two have changed places. Compare with the strip, digit by digit.",
    "no_name": "No other name",
    "kept": "The code is on the strip",
    "groups_differ": "This is not the same as the code. Go back, look at it again, and correct the strip.",
    "evidence_how": "A photo of the paper shows the handwriting. Send one only if the person wants it, and never of the page with names. "
    "Photos can tell the place and the phone: we take that out here, before anything leaves.",
}

# In the places of the same words of a page that sends.
OFFLINE: Final[dict[str, str]] = {
    "sealing": "Your words are being locked on this phone. Do not close this page.",
    "sending": "Locked. Now save the file: only then may you close this page.",
    "sent": "The locked file was given to your browser to save. It is not with us yet: it has to be carried.",
    "stopped": "Not locked.",
    "overdue": "This page is old: its list of readers was good until {expires}, and today is {today} by your phone. If you can get a newer one, use that. "
    "If not, you can still write: those who keep the old keys can open it.",
}

CHECK: Final[dict[str, str]] = {
    "deriving": "Your code is being turned into a key, on this phone. On a slow phone it takes about ten seconds.",
    "asking": "Asking our server, and checking every signature.",
    "state0": "It has come in.",
    "state1": "A person has opened it.",
    "state_answered": "A person has read it and answered.",
    "next_wait": "An answer comes here. Nothing more is needed from you.",
    "next_answered": "You can write back, or ask. You do not have to.",
    "state2": "It was read, and how urgent it is was decided.",
    "state3": "Two people agreed to hand it to independent investigators.",
    "state4": "Investigators are checking what happened.",
    "state5": "The investigators need an answer from you. Nothing is closed if you do not answer.",
    "state6": "An investigation is going on.",
    "state7": "The investigation is paused. It goes on by itself after {until}.",
    "state8": "A conclusion was reached. The reasons are in our answer.",
    "state9": "The work on it has ended. You may ask at any time that somebody else looks at it again.",
    "state10": "Somebody who did not work on it before looks at it again.",
    "state11": "The work on it has begun again.",
    "state12": "It was also passed to another body. It stays open with us.",
    "state13": "It ends as you wished. Until {until} you can take this back: write to us.",
    "state13_over": "It ended as you wished. You can still write to us.",
    "state14": "We cannot look into this ourselves. Our answer says why and who can help.",
    "state15": "It was set aside as a possible mistake. If that is wrong, write to us.",
    "state16": "It rests for now, so that nobody comes into danger.",
    "state17": "It is erased, as two of us signed. On our server nothing of your words is left. If you write under this code again, a new case begins.",
    "erasing": "From {day} on two of us may erase your case: all that you wrote, and our answers. If you do not want "
    "that, write one word under this code before that day, and it stays.",
    "next_by": "The next step is due by {day}.",
    "next_late": "The next step was due by {day}. We are late. You can ask that somebody else looks at it.",
    "before": "Steps before these: {n}",
    "did1": "Opened",
    "did2": "Answer to you",
    "did3": "Internal step",
    "did4": "Stepped back from your case",
    "did6": "Next step proposed; a second person must agree",
    "did8": "The proposed step was refused",
    "did9": "Your newer words were passed to the investigators",
    "did10": "The sealed name was asked for",
    "did11": "A reviewer agreed that the name may be opened",
    "did12": "A keeper of names agreed that the name may be opened",
    "did13": "The name was opened, by this one person alone",
    "did14": "Other readers proposed; a second person must agree",
    "did15": "The proposed change of staff was agreed to",
    "did16": "Your newer words were passed to your readers",
    "did17": "Other investigators proposed; a second person must agree",
    "did18": "Two people took on investigating your case; nobody does it alone",
    "did18_free": "It is free again: two of the team take it on next",
    "did_erase": "It was proposed to erase your case; a second person must agree",
    "did19": "It was proposed to erase the name that you left; a second person must agree",
    "did20": "The name that you left is erased",
    "did24": "It was proposed to keep your case until {until}, because it may still be needed; a second person must agree",
    "did24_free": "It was proposed that your case need not be kept for longer; a second person must agree",
    "did25": "Two of us keep your case until {until}, because it may still be needed: it is not erased before. Nobody sees more of it by this",
    "did25_free": "Your case need not be kept for longer. Before it is erased, you will be told",
    "did22": "A part was copied for a translator or an expert",
    "did23": "A translator or an expert answered",
    "did21": "One of us was kept out of your case for up to three days",
    "by6": "Keeper of names",
    "did_priority": "It was changed how urgent this is",
    "step_void": "This step carries an impossible date. It does not count.",
    "step_unconfirmed": "The key that signed this is no longer trusted. It does not count until another member confirms it.",
    "old": "The newest signed news is from {day}. We promise news more often than that. Perhaps something holds it back: "
    "look again from another network or in Tor Browser, and write to us.",
    "by1": "Reviewer",
    "by2": "Supervisor",
    "by3": "Investigator",
    "by4": "Expert",
    "by5": "Translator",
    "signed": "Signature checked",
    "revoked": "The key of the person who signed this is no longer trusted. Another member has confirmed this answer since.",
    "card": "Only the people who work on your case now can open your words.",
    "card_refused": "Who works on your case now could not be confirmed: a signature or a step does not fit. "
    "So your browser chooses readers from the signed list, as for your first words. Nothing is lost.",
    "spoilt": "One answer is not shown: its signature is not right. Someone may have changed it.",
    "burnt": "It is deleted.",
    "closed": "The code is closed for ever: no answer can come to it any more. "
    "If you want one, write to us anew and get a new code.",
    "more_empty": "Nothing is written yet. One sentence is enough.",
    "ask_more": "What do you want to add?",
    "ask_danger": "What is the danger?",
    "ask_object": "Whom or what do you not want?",
    "ask_review": "What shall be looked at again?",
    "ask_stop": "Stop everything",
    "ask_erase": "Erase the name",
    "ask_resume": "Go on with it",
    "help_more": "It goes to the same place, under the same code, locked like before.",
    "help_danger": "It is opened before all others. If you can, go to a safe place first. You do not have to explain much.",
    "help_object": "Name or describe the person, or the step. Who reads this keeps it away from that person.",
    "help_review": "Another person, who has not worked on it, looks at it from the beginning and tells you the reasons.",
    "help_stop": "Nothing more is done from the moment we read this. Nothing is deleted. For 14 days you can take it back: "
    "write to us under this code. What was already passed on with your consent cannot be called back.",
    "help_resume": "You take back that all shall stop. You do not have to say why.",
    "help_erase": "You ask us to destroy the sealed name and what opens it. Two of us sign that, and you read it here. "
    "Who has opened it before may remember it.",
}
