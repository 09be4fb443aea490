"""Whether the actions were there at all: a turn that reached nobody may wait, one that was taken and failed may not."""

from __future__ import annotations

from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from nlu.engine.turn import Turn, current_turn

_NOT_NOW = 503  # how the actions say that their database is away

_ask = EndpointConfig.request


async def _request(self: EndpointConfig, *given: Any, **more: Any) -> Any:  # noqa: ANN401 - as Rasa's own
    try:
        return await _ask(self, *given, **more)
    except aiohttp.ClientConnectorError:
        current_turn.get(Turn()).away = True
        raise
    except ClientResponseError as refused:
        current_turn.get(Turn()).away = refused.status == _NOT_NOW
        raise


def install() -> None:
    """Put it in the place of Rasa's own; it offers no other way."""
    EndpointConfig.request = _request
