"""The first page of an installation: what it is, whether it runs, and where to go on."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import Final

_PAGE: Final = Template((Path(__file__).parent / "front.html").read_text(encoding="utf-8"))
_LINKS: Final = (
    ("/docs", "API reference"),
    ("/healthz", "Health"),
    ("/readyz", "Readiness"),
    ("/metrics", "Metrics"),
)


def front_page(database: str, *, engine: bool, sandbox: bool) -> str:
    """The page; `database` is "ready" or what is wrong with it."""
    start = '<a class="go" href="/sandbox">Open the demo phones</a>' if sandbox else ""
    status = [
        ("Database", database, "good" if database == "ready" else "bad"),
        ("Language engine", "ready" if engine else "loading", "good" if engine else "wait"),
    ]
    return _PAGE.substitute(
        start=start,
        status="".join(
            f'<div><dt>{escape(name)}</dt><dd class="{mood}">{escape(says)}</dd></div>' for name, says, mood in status
        ),
        links="".join(f'<li><a href="{href}">{escape(name)}</a></li>' for href, name in _LINKS),
    )
