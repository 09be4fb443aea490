"""What went wrong, as a sentence for the person at the keyboard; a traceback only for what nobody expected."""

from __future__ import annotations

import errno

from pydantic import ValidationError

from jobs.supervisor import GaveUpError
from providers.embedded import EmbeddedDatabaseError
from providers.engine import EngineError


class Refusal(Exception):  # noqa: N818  (not an error of ours: we decline, and say why)
    """A command will not do what it was asked; the message says why."""


def sentence_for(error: Exception) -> str | None:
    """The sentence, or None when the error is not one we know."""
    match error:
        case EmbeddedDatabaseError() | EngineError() | GaveUpError() | Refusal():
            return str(error)
        case ValidationError(title="Settings"):
            return "\n".join(_about_setting(problem["loc"], problem["msg"]) for problem in error.errors())
        case OSError(errno=errno.ENOSPC):
            return "The disk is full. Free some space and start again."
        case PermissionError():
            return f"{error.filename} may not be written: choose another folder with ATITHI_HOME."
    if type(error).__name__ == "OperationalError":  # SQLAlchemy's and psycopg's, without importing either here
        return f"The database does not answer: {str(error).splitlines()[0]}. Check DATABASE_URL."
    return None


def _about_setting(where: tuple[int | str, ...], problem: str) -> str:
    name = "".join(f"{part}: ".upper() for part in where)
    return f"{name}{problem.removeprefix('Value error, ')}."
