"""`python -m tests.bench.phrases`: how much of what guests type about days, hours, people and money is understood.

The phrases were written apart from the parser and its examples. Each is judged whole: every field that was said is
right and none that was not said is made up. Two libraries are asked the same in the same run, through adapters that
give them the words they do not know ("nights", "log"); what they cannot know they miss.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.dates import understand

type Value = dt.date | dt.time | int | str
type Answer = Mapping[str, Value]
type Reader = Callable[["Phrase"], Answer]

LANGUAGES: Final = ("en", "hinglish", "hi")
FIELDS: Final = (
    "check_in",
    "check_out",
    "nights",
    "date",
    "time",
    "guests",
    "adults",
    "children",
    "rooms",
    "budget_min",
    "budget_max",
    "problem",
)
_KEYS: Final = frozenset({"text", "now", "journey", "asked", "expect"})
_FOLDER: Final = Path(__file__).with_name("what_guests_write")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a guest, when they were written, and every answer an honest reader could give."""

    language: str
    text: str
    now: dt.datetime
    journey: str | None
    asked: str | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reader made of one phrase."""

    phrase: Phrase
    got: Answer
    nearest: Answer
    wrong: frozenset[str]

    @property
    def right(self) -> bool:
        """Everything that was said, and nothing else."""
        return not self.wrong


def load_phrases() -> list[Phrase]:
    """Every phrase of every language."""
    return [_phrase(language, row) for language in LANGUAGES for row in _rows(language)]


def _rows(language: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((_FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    return rows


def _phrase(language: str, row: Mapping[str, Any]) -> Phrase:
    answers: list[Answer] = row["expect"] if isinstance(row["expect"], list) else [row["expect"]]
    unknown = {*row} - _KEYS | {field for each in answers for field in each} - {*FIELDS}
    if unknown:
        raise ValueError(f"{row['text']}: what is {', '.join(sorted(unknown))}?")
    return Phrase(
        language=language,
        text=row["text"],
        now=dt.datetime.fromisoformat(row["now"]),
        journey=row.get("journey"),
        asked=row.get("asked"),
        answers=tuple({key: _value(key, value) for key, value in each.items()} for each in answers),
    )


def _value(key: str, value: Value) -> Value:
    return dt.time.fromisoformat(str(value)) if key == "time" else value


# ------------------------------------------------------------------------------------------------------ judging


def judge(phrase: Phrase, got: Answer) -> Verdict:
    """Compare with the answer that comes nearest."""
    wrong, nearest = min(((_wrong(got, each), each) for each in phrase.answers), key=lambda pair: len(pair[0]))
    return Verdict(phrase, got, nearest, wrong)


def _wrong(got: Answer, expected: Answer) -> frozenset[str]:
    """The fields missed or made up; what follows from the rest is neither."""
    if "problem" in expected:  # whatever else was heard, the guest has to be asked again
        return frozenset() if got.get("problem") == expected["problem"] else frozenset({"problem"})
    heard, said = _with_what_follows(got), _with_what_follows(expected)
    if "date" in said:
        said.setdefault("check_in", said["date"])
    missed = {field for field in expected if heard.get(field) != expected[field]}
    invented = {field for field in got if got[field] != said.get(field)}
    return frozenset(missed | invented)


def _with_what_follows(answer: Answer) -> dict[str, Value]:
    """Two of arrival, departure and nights give the third; heads are adults and children; a stay's day is a day."""
    full = dict(answer)
    begins, ends, nights = answer.get("check_in"), answer.get("check_out"), answer.get("nights")
    if isinstance(begins, dt.date) and isinstance(ends, dt.date):
        full.setdefault("nights", (ends - begins).days)
    elif isinstance(begins, dt.date) and isinstance(nights, int):
        full["check_out"] = begins + dt.timedelta(days=nights)
    guests, adults, children = answer.get("guests"), answer.get("adults"), answer.get("children", 0)
    if isinstance(adults, int) and isinstance(children, int):
        full.setdefault("guests", adults + children)
    elif isinstance(guests, int) and isinstance(children, int):
        full["adults"] = guests - children
    if "check_in" in full:
        full.setdefault("date", full["check_in"])
    return full


def ours(phrase: Phrase) -> Answer:
    """What our own understanding makes of it."""
    heard = understand(phrase.text, now=phrase.now, asked=phrase.asked, journey=phrase.journey)
    found = {field: getattr(heard, field) for field in FIELDS}
    return {field: value for field, value in found.items() if value is not None}


# ----------------------------------------------------------------------------------------------------- printing


def score(verdicts: Sequence[Verdict]) -> str:
    """So many right of so many."""
    right = sum(verdict.right for verdict in verdicts)
    return f"{right}/{len(verdicts)} ({right / len(verdicts):.1%})"


def _by_field(verdicts: Iterable[Verdict]) -> dict[str, str]:
    """For each field: heard right of the times it was said, and the times it was made up."""
    said, missed, invented = Counter[str](), Counter[str](), Counter[str]()
    for verdict in verdicts:
        said.update(verdict.nearest.keys())
        missed.update(verdict.wrong & verdict.nearest.keys())
        invented.update(verdict.wrong - verdict.nearest.keys())
    return {field: f"{said[field] - missed[field]}/{said[field]} +{invented[field]}" for field in FIELDS}


def _print_table(results: Mapping[str, Sequence[Verdict]]) -> None:
    print(f"{'':14}" + "".join(f"{name:>20}" for name in results))
    for language in LANGUAGES:
        own = ([each for each in verdicts if each.phrase.language == language] for verdicts in results.values())
        print(f"{language:14}" + "".join(f"{score(verdicts):>20}" for verdicts in own))
    print(f"{'all':14}" + "".join(f"{score(verdicts):>20}" for verdicts in results.values()))
    print("\nfield: right/said +made up")
    by_field = [_by_field(verdicts) for verdicts in results.values()]
    for field in FIELDS:
        print(f"{field:14}" + "".join(f"{each[field]:>20}" for each in by_field))


def misses(verdicts: Iterable[Verdict]) -> str:
    """Each phrase that was not understood: what was said, what was heard."""
    return "\n".join(
        f"{verdict.phrase.language:9} {verdict.phrase.now:%Y-%m-%d %H:%M} {verdict.phrase.journey or '-'}"
        f" asked={verdict.phrase.asked or '-'}: {verdict.phrase.text}\n"
        f"    said  {_shown(verdict.nearest)}\n    heard {_shown(verdict.got)}"
        for verdict in verdicts
        if not verdict.right
    )


def _shown(answer: Answer) -> str:
    return " ".join(f"{key}={value}" for key, value in answer.items()) or "nothing"


def main() -> None:
    """Ask everyone, print the tables and what ours missed."""
    # They read the phrases of this file, so they can only be fetched once it is whole.
    from tests.bench.other_readers import Duckling, dateparser  # noqa: PLC0415

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--misses", type=Path, help="write the misses of ours to this file instead")
    where: Path | None = options.parse_args().misses
    readers: dict[str, Reader] = {"ours": ours, "duckling": Duckling(), "dateparser": dateparser}
    phrases = load_phrases()
    results = {name: [judge(each, read(each)) for each in phrases] for name, read in readers.items()}
    _print_table(results)
    if where:
        where.write_text(misses(results["ours"]) + "\n", encoding="utf-8")
    else:
        print("\nmisses of ours\n" + misses(results["ours"]))


if __name__ == "__main__":
    main()
