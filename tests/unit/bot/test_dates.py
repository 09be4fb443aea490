import doctest
from datetime import datetime, time
from types import ModuleType

import pytest

from bot import spelling
from bot.dates import Heard, clocktime, counts, festivals, understand, words
from tests.unit.bot.phrases import JAIPUR, Phrase, phrases


def heard(phrase: Phrase) -> Heard:
    return understand(phrase.say, now=phrase.now, asked=phrase.asked, journey=phrase.journey)


@pytest.mark.parametrize("phrase", phrases("stays"), ids=str)
def test_a_stay_is_understood(phrase: Phrase) -> None:
    assert heard(phrase) == phrase.heard


@pytest.mark.parametrize("phrase", phrases("tables", journey="table"), ids=str)
def test_a_table_is_understood(phrase: Phrase) -> None:
    assert heard(phrase) == phrase.heard


@pytest.mark.parametrize("phrase", phrases("people"), ids=str)
def test_a_party_is_counted(phrase: Phrase) -> None:
    assert heard(phrase) == phrase.heard


@pytest.mark.parametrize("phrase", phrases("money"), ids=str)
def test_a_budget_is_understood(phrase: Phrase) -> None:
    assert heard(phrase) == phrase.heard


@pytest.mark.parametrize("phrase", phrases("whole"), ids=str)
def test_several_facts_in_one_message_are_all_kept(phrase: Phrase) -> None:
    assert heard(phrase) == phrase.heard


@pytest.mark.parametrize("module", [words, counts, clocktime, festivals, spelling], ids=lambda module: module.__name__)
def test_the_examples_beside_the_rules_are_true(module: ModuleType) -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_the_business_day_begins_when_the_property_says() -> None:
    now = datetime(2026, 11, 24, 4, 30, tzinfo=JAIPUR)
    assert understand("room today", now=now, day_starts=time(4)).check_in == now.date()
    assert (
        understand("room tonight", now=now, day_starts=time(6)).check_in == datetime(2026, 11, 23, tzinfo=JAIPUR).date()
    )
