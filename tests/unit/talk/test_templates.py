"""What WhatsApp is asked to approve obeys its rules, in every language, and every reply that needs one has one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.replies import LANGUAGES
from bot.templates import VARIABLE, all_templates, filled, flat, template_in
from core.messaging.capabilities import TWILIO_WHATSAPP
from core.ports import TemplateBody
from providers.content import approved_samples, approved_types

TEMPLATES = all_templates()


def used() -> set[tuple[str, int]]:
    """The templates replies name, with the number of their variables."""
    found = set()
    for path in Path("nlu").glob("*/responses.*.yml"):
        for wordings in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].values():
            for wording in wordings:
                about = wording.get("metadata", {})
                if "template" in about:
                    found.add((about["template"], len(about.get("variables", ()))))
    return found


def test_every_template_a_reply_names_is_written_in_all_languages_for_its_variables() -> None:
    named = used()
    assert len(named) > 20
    for name, count in named:
        for language in LANGUAGES:
            body = template_in(name, language)
            assert body is not None, (name, language)
            assert len(body.samples) == count, (name, language)


def test_all_languages_have_the_same_templates() -> None:
    names = [{each.name for each in TEMPLATES if each.language == language} for language in LANGUAGES]
    assert names[0] == names[1] == names[2]


def test_what_may_leave_outside_the_window_has_a_template() -> None:
    needed = {
        "booking_confirmed_stay", "booking_confirmed_table", "booking_changed", "booking_cancelled", "refund_sent",
        "reminder_stay", "reminder_table", "payment_due", "waitlist_offer", "request_approved", "request_declined",
        "owner_alert", "review_after_stay", "staff_reply",
    }  # fmt: skip
    assert needed <= {each.name for each in TEMPLATES}


@pytest.mark.parametrize("body", TEMPLATES, ids=lambda body: f"{body.name}.{body.language}")
def test_a_template_obeys_the_rules_of_approval(body: TemplateBody) -> None:
    numbers = [int(each) for each in VARIABLE.findall(body.text)]
    assert numbers == list(range(1, len(numbers) + 1)), "numbered in order, each once"
    assert len(body.samples) == len(numbers), "a sample for each"
    assert not re.match(r"\W*\{\{", body.text), "does not begin with a variable"
    assert not re.search(r"\}\}\W*$", body.text), "does not end with one"
    assert not re.search(r"\}\}\s*\{\{", body.text), "no two touch"
    assert len(filled(body, body.samples) or "") <= TWILIO_WHATSAPP.rich_body
    assert "\n" not in "".join(body.samples)
    assert all(0 < len(title) <= TWILIO_WHATSAPP.button_title for title in body.buttons)
    assert body.category in {"UTILITY", "MARKETING"}


def test_buttons_of_a_template_have_fixed_titles_and_a_meaning_put_in_later() -> None:
    body = template_in("waitlist_offer", "en")
    assert body is not None
    (action, _) = approved_types(body)["twilio/quick-reply"]["actions"]
    assert action == {"type": "QUICK_REPLY", "title": "Yes, please", "id": "{{4}}"}
    assert approved_samples(body)["4"] == "1.1"


def test_a_variable_is_one_line() -> None:
    assert flat("Room 204,\nfrom noon\t  on") == "Room 204,; from noon on"


def test_a_template_that_lacks_a_fact_is_not_used() -> None:
    body = template_in("payment_due", "en")
    assert body is not None
    assert filled(body, ("K7QM9C", "Kesar Kothi", "")) is None
    assert filled(body, ("K7QM9C", "Kesar Kothi")) is None
    assert filled(body, ("K7QM9C", "Kesar Kothi", "x" * 2000)) is None
