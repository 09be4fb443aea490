"""Chromium on the sandbox's phones, before the whole product.

`ATITHI_SCREENSHOTS=1` writes the pictures of docs/screenshots anew; otherwise they land in the test's own folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.phones import GuestPhone, Phones
from tests.fixtures.stack import Stack

_SHOTS: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"

type Shoot = Callable[[Page, str], None]
type OpenPhones = Callable[..., AbstractContextManager[Phones]]


@pytest.fixture
def shoot(tmp_path: Path) -> Shoot:
    """Take a picture under that name, once everything moving has come to rest."""
    folder = _SHOTS if os.environ.get("ATITHI_SCREENSHOTS") else tmp_path
    folder.mkdir(exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return take


@pytest.fixture
def phones(chromium: Browser, stack: Stack) -> OpenPhones:
    """The phones in a window of that size, with a guest nobody knows; what the page complains about fails the test."""

    @contextmanager
    def opened(width: int = 1180, height: int = 860, **look: Any) -> Iterator[Phones]:  # noqa: ANN401 - Playwright's own
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="en-IN", timezone_id="Asia/Kolkata", **look
        )
        complaints: list[str] = []
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(stack.sandbox_url)
        phones = Phones(page, GuestPhone(page, number=stack.phone().number))
        phones.guest.becomes_its_number()
        yield phones
        context.close()
        assert complaints == []

    return opened
