"""Starts the sandbox: `python -m sandbox --port 8001`."""

import argparse
import sys

import uvicorn

from sandbox.app import create_app
from sandbox.settings import settings_from_environment


def main() -> None:
    """Serve the outside world on this machine only."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Phones, providers and a bank, all pretend.")
    parser.add_argument("--port", type=int, default=None, help="where to listen (default SANDBOX_PORT or 8001)")
    arguments = parser.parse_args()
    try:
        settings = settings_from_environment(port=arguments.port)
    except ValueError as problem:
        sys.exit(f"The sandbox cannot start: {problem}")
    uvicorn.run(
        create_app(settings),
        host="127.0.0.1",
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
