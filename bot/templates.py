"""The texts for when WhatsApp's window is shut, from nlu/<journey>/templates.<language>.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from bot.replies import LANGUAGES
from core.ports import TemplateBody

_NLU: Final = Path(__file__).parent.parent / "nlu"
VARIABLE: Final = re.compile(r"\{\{(\d+)\}\}")
_LONGEST: Final = 1024


def template_in(name: str, language: str) -> TemplateBody | None:
    """The template of this name in that language, if anybody wrote it."""
    return _book(language).get(name)


def all_templates() -> tuple[TemplateBody, ...]:
    """Every template in every language, in the order of their names."""
    return tuple(body for language in LANGUAGES for _, body in sorted(_book(language).items()))


def filled(body: TemplateBody, variables: Sequence[str]) -> str | None:
    """What the person will read; None when something is missing or it would be too long."""
    if len(variables) != len(body.samples) or not all(variables):
        return None
    text = VARIABLE.sub(lambda found: variables[int(found[1]) - 1], body.text)
    return text if len(text) <= _LONGEST else None


def flat(value: str) -> str:
    r"""A variable as WhatsApp accepts it: one line, no wide gaps.

    >>> flat("Room 204\n\nfrom   noon")
    'Room 204; from noon'
    """
    return re.sub(r"\s+", " ", re.sub(r"\s*\n\s*", "; ", value.strip()))


@cache
def _book(language: str) -> Mapping[str, TemplateBody]:
    book: dict[str, TemplateBody] = {}
    for path in sorted(_NLU.glob(f"*/templates.{language}.yml")):
        for name, entry in yaml.safe_load(path.read_text(encoding="utf-8"))["templates"].items():
            book[name] = TemplateBody(
                name,
                language,
                entry["text"],
                tuple(str(each) for each in entry["samples"]),
                tuple(entry.get("buttons", ())),
                entry.get("category", "UTILITY"),
            )
    return book
