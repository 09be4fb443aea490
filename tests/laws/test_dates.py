"""What is written in any of the languages and styles is read back as what was meant."""

import json
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bot.choosing import Option, choose
from bot.dates import Heard, understand
from bot.dates.lexicon import WORDS, listed
from bot.dates.number_words import NUMBERS
from bot.places import KnownNames, NameFinder
from bot.wishes import StayWish, TableWish

NOW: Final = datetime(2026, 11, 22, 11, 0, tzinfo=ZoneInfo("Asia/Kolkata"))
TODAY: Final = NOW.date()

ENGLISH: Final = listed("January February March April May June July August September October November December")
SHORT: Final = listed("Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec")
HINGLISH: Final = listed("janvari farvari march april may june julai agast sitambar aktubar navambar disambar")
HINDI: Final = listed("जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर")
WEEKDAYS: Final = (
    listed("monday tuesday wednesday thursday friday saturday sunday"),
    listed("somvar mangalvar budhvar guruvar shukravar shanivar ravivar"),
    listed("सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार"),
)
HINDI_COUNTS: Final = listed("एक दो तीन चार पांच छह सात आठ नौ दस ग्यारह बारह")
HINGLISH_COUNTS: Final = listed("ek do teen chaar paanch chhe saat aath nau das gyarah barah")
ENGLISH_COUNTS: Final = listed("one two three four five six seven eight nine ten eleven twelve")
DIGITS: Final = str.maketrans("0123456789", "०१२३४५६७८९")


def ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def ways_to_write(day: date) -> list[str]:
    """The same day in every language and style, with the year where the style has one."""
    month = day.month - 1
    return [
        f"{day.day} {ENGLISH[month]}",
        f"{ENGLISH[month]} {day.day}, {day.year}",
        f"{ordinal(day.day)} {SHORT[month]}",
        f"the {ordinal(day.day)} of {ENGLISH[month]} {day.year}",
        f"{SHORT[month]} {ordinal(day.day)}",
        f"{day.day}{SHORT[month].lower()}",
        f"{day.day} {HINGLISH[month]}",
        f"{day.day} {HINGLISH[month]} {day.year}",
        f"{day.day} {HINDI[month]}",
        f"{day.day} {HINDI[month]} {day.year}".translate(DIGITS),
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        day.isoformat(),
    ]


def ways_to_say(at: time) -> list[str]:
    """The same time on the clock, by digits and by words."""
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02}" if at.minute else ""
    part = {0: ("am", "subah", "सुबह"), 1: ("pm", "dopahar", "दोपहर"), 2: ("pm", "sham", "शाम")}[
        0 if at.hour < 12 else 1 if at.hour < 17 else 2
    ]
    said = [
        f"at {hour}{minutes} {part[0]}",
        f"{hour}{minutes}{part[0]}",
        f"{part[1]} {hour}{minutes} baje",
        f"{part[2]} {hour}{minutes} बजे".translate(DIGITS),
    ]
    if at.hour > 12 or at.hour < 10:
        said.append(f"{at.hour:02}:{at.minute:02}")  # "10:30" alone may be in the evening
    spoken = {15: ("quarter past", "sava", "सवा"), 30: ("half past", "sadhe", "साढ़े")}.get(at.minute)
    if spoken and hour > 2:
        said += [
            f"{spoken[0]} {ENGLISH_COUNTS[hour - 1]} {part[0]}",
            f"{part[1]} {spoken[1]} {HINGLISH_COUNTS[hour - 1]} baje",
            f"{part[2]} {spoken[2]} {HINDI_COUNTS[hour - 1]} बजे",
        ]
    return said


def ways_to_count(count: int, english: str, hinglish: str, hindi: str) -> list[str]:
    written = [f"{count} {english}", f"{count} {hinglish}", f"{count} {hindi}".translate(DIGITS)]
    if count <= len(HINDI_COUNTS):
        written += [
            f"{ENGLISH_COUNTS[count - 1]} {english}",
            f"{HINGLISH_COUNTS[count - 1]} {hinglish}",
            f"{HINDI_COUNTS[count - 1]} {hindi}",
        ]
    return written


coming_days = st.dates(TODAY, TODAY + timedelta(days=300))
service_times = st.builds(time, st.integers(7, 22), st.sampled_from([0, 15, 30, 45]))


@given(day=coming_days, pick=st.data())
def test_a_day_written_in_any_style_is_read_back(day: date, pick: st.DataObject) -> None:
    written = pick.draw(st.sampled_from(ways_to_write(day)))
    assert understand(written, now=NOW, journey="stay").check_in == day
    assert understand(written, now=NOW, journey="table").date == day


@given(day=coming_days, nights=st.integers(1, 30), pick=st.data())
def test_a_stay_written_in_any_style_is_read_back(day: date, nights: int, pick: st.DataObject) -> None:
    end = day + timedelta(days=nights)
    first = pick.draw(st.sampled_from(ways_to_write(day)))
    last = pick.draw(st.sampled_from(ways_to_write(end)))
    frames = ["{} to {}", "{} - {}", "{} se {} tak", "{} से {} तक", "from {} until {}", "check in {} check out {}"]
    heard = understand(pick.draw(st.sampled_from(frames)).format(first, last), now=NOW, journey="stay")
    assert (heard.check_in, heard.check_out, heard.nights) == (day, end, nights)


@given(day=coming_days, nights=st.integers(1, 30), pick=st.data())
def test_a_day_and_a_number_of_nights_make_a_stay(day: date, nights: int, pick: st.DataObject) -> None:
    written = pick.draw(st.sampled_from(ways_to_write(day)))
    length = pick.draw(st.sampled_from(ways_to_count(nights, "nights", "raat", "रात")))
    frame = pick.draw(
        st.sampled_from(["{day} for {length}", "{length} from {day}", "{day} se {length}", "{day} से {length}"])
    )
    heard = understand(frame.format(day=written, length=length), now=NOW)
    assert (heard.check_in, heard.nights, heard.check_out) == (day, nights, day + timedelta(days=nights))


@given(weekday=st.integers(0, 6), language=st.sampled_from(WEEKDAYS), today=coming_days)
def test_a_weekday_is_the_coming_one(weekday: int, language: tuple[str, ...], today: date) -> None:
    now = datetime.combine(today, time(11), tzinfo=NOW.tzinfo)
    day = understand(language[weekday], now=now, journey="table").date
    assert day is not None
    assert day.weekday() == weekday
    assert 0 <= (day - today).days < 7


@given(at=service_times, pick=st.data())
def test_a_time_said_in_any_style_is_read_back(at: time, pick: st.DataObject) -> None:
    said = pick.draw(st.sampled_from(ways_to_say(at)))
    assert understand(said, now=NOW, journey="table").time == at


@given(day=coming_days, at=service_times, party=st.integers(1, 20), pick=st.data())
def test_day_time_and_party_do_not_disturb_each_other(day: date, at: time, party: int, pick: st.DataObject) -> None:
    parts = [
        pick.draw(st.sampled_from(ways_to_write(day))),
        pick.draw(st.sampled_from(ways_to_say(at))),
        pick.draw(st.sampled_from(ways_to_count(party, "people", "log", "लोग"))),
    ]
    heard = understand(", ".join(pick.draw(st.permutations(parts))), now=NOW, journey="table")
    assert (heard.date, heard.time, heard.guests) == (day, at, party)


@given(
    adults=st.integers(1, 12),
    children=st.integers(1, 6),
    rooms=st.integers(1, 6),
    frame=st.sampled_from(
        ["{a} adults {c} children {r} rooms", "{r} room, {a} bade aur {c} bachche", "{r} कमरे {a} बड़े {c} बच्चे"]
    ),
)
def test_rooms_adults_and_children_are_told_apart(adults: int, children: int, rooms: int, frame: str) -> None:
    heard = understand(frame.format(a=adults, c=children, r=rooms), now=NOW)
    assert (heard.adults, heard.children, heard.guests, heard.rooms) == (adults, children, adults + children, rooms)


@given(
    hundreds=st.integers(5, 500),
    frame=st.sampled_from(["under {}", "{} tak", "₹{}", "{} रुपये तक", "{} se kam", "budget {}", "{}/-", "max rs {}"]),
)
def test_a_budget_is_read_back(hundreds: int, frame: str) -> None:
    rupees = hundreds * 100
    heard = understand(frame.format(rupees), now=NOW)
    if (
        rupees in range(1990, 2100)
        and "₹" not in frame
        and "/-" not in frame
        and "rs" not in frame
        and "रु" not in frame
    ):
        return  # "under 2000" is money, "under 2026" would be a year; both are left to the examples
    assert heard.budget_max == rupees


vocabulary = st.lists(
    st.sampled_from(sorted(WORDS) + sorted(NUMBERS) + [str(number) for number in range(40)] + list("-/:,.+₹@*"))
    | st.integers(0, 99_999_999).map(str),
    max_size=14,
).map(" ".join)
anything = st.text(max_size=80) | vocabulary
asked_values = st.sampled_from(
    [
        None,
        "none",
        "journey",
        "place",
        "dates",
        "guests",
        "option",
        "confirm",
        "date",
        "time",
        "party",
        "name",
        "payment",
    ]
)
journeys = st.sampled_from([None, "stay", "table", "my_booking"])


@example(text="0 / 0", asked="date", journey=None)
@example(text="29 feb 2027 to 31 feb", asked=None, journey="stay")
@example(text="in 99999999 days", asked=None, journey=None)
@given(text=anything, asked=asked_values, journey=journeys)
def test_nonsense_is_never_an_error_and_never_contradicts_itself(
    text: str, asked: str | None, journey: str | None
) -> None:
    heard = understand(text, now=NOW, asked=asked, journey=journey)
    assert set(heard.ambiguous) <= {field.name for field in fields(Heard)}
    if heard.problem is None:
        assert heard.check_in is None or heard.check_in >= TODAY
        if heard.check_in and heard.check_out:
            assert heard.nights == (heard.check_out - heard.check_in).days > 0
    if heard.budget_min and heard.budget_max:
        assert heard.budget_min < heard.budget_max


@given(messages=st.lists(vocabulary, max_size=5), asked=asked_values)
def test_a_wish_never_holds_a_stay_that_cannot_be(messages: list[str], asked: str | None) -> None:
    wish = StayWish()
    for message in messages:
        wish = wish.merge(understand(message, now=NOW, asked=asked, journey="stay"), asked=asked)
        assert wish.check_in is None or wish.check_in >= TODAY
        if wish.check_in and wish.check_out:
            assert wish.check_out > wish.check_in
        assert StayWish.from_json(json.loads(json.dumps(wish.to_json()))) == wish


@given(messages=st.lists(vocabulary, max_size=4))
def test_a_table_wish_survives_being_kept(messages: list[str]) -> None:
    wish = TableWish()
    for message in messages:
        wish = wish.merge(understand(message, now=NOW, journey="table"))
    assert TableWish.from_json(json.loads(json.dumps(wish.to_json()))) == wish


FINDER: Final = NameFinder(KnownNames(cities={"Jaipur": ()}, properties={"Amber Haveli": ()}, areas={"Bani Park": ()}))
OFFERED: Final = [Option("Deluxe", "sea view", 4000), Option("Suite", "garden", 9000)]


@given(text=anything)
def test_names_and_choices_are_never_an_error(text: str) -> None:
    found = FINDER.find(text)
    assert found.property in {None, "Amber Haveli"}
    assert choose(text, OFFERED) in {None, 0, 1}
