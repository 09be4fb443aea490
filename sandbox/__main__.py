"""Starts the sandbox: `python -m sandbox --port 8001`."""

import argparse
import os
import signal
import sys
import threading
import time

import uvicorn

from sandbox.app import create_app
from sandbox.settings import settings_from_environment


def _leave_with(parent: int) -> None:
    """End when the process that started us has ended, where the kernel does not see to it."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Serve the outside world on this machine only."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Phones, providers and a bank, all pretend.")
    parser.add_argument("--port", type=int, default=None, help="where to listen (default SANDBOX_PORT or 8001)")
    parser.add_argument("--leave-with", type=int, default=None, metavar="PID", help="stop when this parent is gone")
    arguments = parser.parse_args()
    try:
        settings = settings_from_environment(port=arguments.port)
    except ValueError as problem:
        sys.exit(f"The sandbox cannot start: {problem}")
    if arguments.leave_with is not None:
        threading.Thread(target=_leave_with, args=(arguments.leave_with,), daemon=True).start()
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
