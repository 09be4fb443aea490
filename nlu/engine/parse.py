"""Many messages read at once by the trained model itself, for measuring how well guests are understood.

    var/engine/bin/python -m nlu.engine.parse var/models/….tar.gz < messages.jsonl

reads one JSON string a line and prints one JSON line for each: the intent, its confidence and the runners-up.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys

import structlog
from rasa.core.agent import Agent


def main(model: str) -> None:
    """Read messages until there are no more."""
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_read_all(Agent.load(model)))


async def _read_all(agent: Agent) -> None:
    for line in sys.stdin:
        parsed = await agent.parse_message(json.loads(line))
        print(json.dumps({key: parsed.get(key) for key in ("intent", "intent_ranking")}), flush=True)  # noqa: T201 - its output


if __name__ == "__main__":
    main(sys.argv[1])
