"""The command line. Each command's body is a function in a module of its own, imported only when it is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import typer

from jobs.sentences import sentence_for

_COMMANDS: Final = {
    "up": "jobs.up:command",
    "migrate": "jobs.migrate:command",
    "seed": "jobs.seed:command",
    "train": "jobs.train:command",
    "chat": "jobs.chat:command",
    "nlu predict": "jobs.nlu:predict_command",
    "nlu report": "jobs.nlu:report_command",
    "backup": "jobs.database:backup",
    "doctor": "jobs.doctor:command",
    "db stop": "jobs.database:stop",
    "account connect": "jobs.accounts:connect_command",
    "owner-code": "jobs.accounts:owner_code_command",
    "templates sync": "jobs.templates:sync_command",
    "import bookings": "jobs.importing.command:command",
    "export bookings": "jobs.exporting.command:bookings",
    "export guests": "jobs.exporting.command:guests",
    "export folio": "jobs.exporting.command:folio",
    "export ical": "jobs.exporting.command:ical",
}
_GROUPS: Final = {
    "db": "The embedded database.",
    "account": "Accounts and their keys to the providers.",
    "nlu": "How well guests are understood.",
    "templates": "Messages that must be registered with a provider.",
    "import": "What other systems wrote down.",
    "export": "Your own data, to carry away.",
}


def command_line(words: Sequence[str]) -> typer.Typer:
    """The command these words begin with; all of them when they begin with none, as for --help."""
    line = _typer("Atithi: a booking desk for hotels and restaurants, on WhatsApp, SMS and Telegram.")
    groups: dict[str, typer.Typer] = {}
    known = {name.split()[0] for name in _COMMANDS}
    for name, place in _COMMANDS.items():
        first, _, second = name.partition(" ")
        if words and words[0] in known and words[0] != first:
            continue
        if second and first not in groups:
            groups[first] = _typer(_GROUPS[first])
            line.add_typer(groups[first], name=first)
        module, function = place.split(":")
        target = groups[first] if second else line
        target.command(second or first)(getattr(import_module(module), function))
    return line


def _typer(about: str) -> typer.Typer:
    made = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
    made.callback(help=about)(lambda: None)  # with a callback, one command alone keeps its name
    return made


def app() -> None:
    """Run one command; what we know can go wrong ends in a sentence."""
    try:
        command_line(sys.argv[1:])(prog_name="atithi")
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        sys.exit(sentence)


if __name__ == "__main__":
    app()
