"""`make demo`: the product and the outside world, each a process of its own, started and stopped together.

The product learns where the sandbox is only from environment variables, as it would learn about real providers.
"""

import argparse
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from sandbox.leash import leashed
from sandbox.settings import DEFAULT_ACCOUNTS, DEFAULT_PORT, Account

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 30.0
LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens on this machine."""

    web: int
    sandbox: int
    actions: int
    rasa: int

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Ports":
        """Take the usual ports, or those the environment names."""
        return cls(
            web=int(environ.get("ATITHI_WEB_PORT") or 8000),
            sandbox=int(environ.get("SANDBOX_PORT") or DEFAULT_PORT),
            actions=int(environ.get("ATITHI_ACTIONS_PORT") or 8002),
            rasa=int(environ.get("ATITHI_RASA_PORT") or 5005),
        )

    def taken(self) -> str | None:
        """A sentence about the first port somebody else uses."""
        needed = (
            (self.web, "the web door", "ATITHI_WEB_PORT"),
            (self.sandbox, "the sandbox with the phones", "SANDBOX_PORT"),
            (self.actions, "the bot's action endpoint", "ATITHI_ACTIONS_PORT"),
            (self.rasa, "the language engine", "ATITHI_RASA_PORT"),
        )
        for port, purpose, variable in needed:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    return (
                        f"Port {port} is taken, and {purpose} needs it. "
                        f"Stop the program that uses it, or choose another port with {variable}=...."
                    )
        return None


def demo_environment(ports: Ports) -> dict[str, str]:
    """What the product must be told: keys that open nothing, and the sandbox in place of each provider."""
    account = DEFAULT_ACCOUNTS[0]
    sandbox = f"http://127.0.0.1:{ports.sandbox}"
    return {
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{ports.web}",
        "ATITHI_WEB_PORT": str(ports.web),
        "ATITHI_ACTIONS_PORT": str(ports.actions),
        "ATITHI_RASA_PORT": str(ports.rasa),
        "ATITHI_DEBUG": "1",
        "SANDBOX_URL": sandbox,
        "TWILIO_API_BASE_URL": sandbox,
        "TWILIO_ACCOUNT_SID": account.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": account.twilio_auth_token,
        "TWILIO_WHATSAPP_FROM": account.whatsapp_number,
        "TWILIO_SMS_FROM": account.sms_number,
        "WHATSAPP_CLOUD_API_BASE_URL": sandbox,
        "TELEGRAM_API_BASE_URL": sandbox,
        "TELEGRAM_BOT_TOKEN": account.telegram_bot_token,
        "TELEGRAM_WEBHOOK_SECRET": account.telegram_webhook_secret,
        "RAZORPAY_API_BASE_URL": sandbox,
        "RAZORPAY_KEY_ID": account.razorpay_key_id,
        "RAZORPAY_KEY_SECRET": account.razorpay_key_secret,
        "RAZORPAY_WEBHOOK_SECRET": account.razorpay_webhook_secret,
    }


def sandbox_environment(ports: Ports) -> dict[str, str]:
    """What the outside world must be told: where the product is."""
    return {"SANDBOX_PORT": str(ports.sandbox), "SANDBOX_PRODUCT_URL": f"http://127.0.0.1:{ports.web}"}


# Who runs which of the sample businesses; the first one's keys come with the environment.
OWNERS = (("marigold", "owner@marigold.example"), ("palmgrove", "owner@palmgrove.example"))


def _open_for_business(atithi: Path, ports: Ports) -> None:
    """Do by hand what an owner does once: connect the account's keys, then greet its bot with a one-time code."""
    environment = {**os.environ, **demo_environment(ports)}
    for account, (slug, email) in zip(DEFAULT_ACCOUNTS, OWNERS, strict=True):
        try:
            if account is not DEFAULT_ACCOUNTS[0]:
                _ask([str(atithi), "account", "connect", slug], environment, json.dumps(_keys(account)))
            code = json.loads(_ask([str(atithi), "owner-code", email, "--json"], environment))["code"]
            _post(
                f"http://127.0.0.1:{ports.sandbox}/owners/{account.owner_chat_id}/messages",
                {"text": f"/start {code}", "to": account.name},
            )
        except (OSError, subprocess.CalledProcessError) as error:
            _say(f"The owner's phone of {account.name} could not be connected: {_reason(error)}")


def _reason(error: OSError | subprocess.CalledProcessError) -> str:
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else ""
    return said.strip().splitlines()[-1] if said.strip() else str(error)


def _keys(account: Account) -> dict[str, dict[str, str]]:
    return {
        "twilio": {
            "account_sid": account.twilio_account_sid,
            "auth_token": account.twilio_auth_token,
            "whatsapp_from": account.whatsapp_number,
            "sms_from": account.sms_number,
        },
        "telegram": {
            "bot_token": account.telegram_bot_token,
            "webhook_secret": account.telegram_webhook_secret,
        },
        "razorpay": {
            "key_id": account.razorpay_key_id,
            "key_secret": account.razorpay_key_secret,
            "webhook_secret": account.razorpay_webhook_secret,
        },
    }


def _ask(command: Sequence[str], environment: Mapping[str, str], told: str = "") -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=dict(environment), input=told, capture_output=True, text=True, check=True
    )
    return done.stdout


def _post(url: str, body: Mapping[str, str]) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own http address
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10):
        pass


def _start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches only us and we stop things in order."""
    return subprocess.Popen(leashed(list(command)), cwd=ROOT, env={**os.environ, **environment}, start_new_session=True)


def _stop(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Ask a child to end; insist when it does not."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(seconds)
    except (subprocess.TimeoutExpired, KeyboardInterrupt, SystemExit):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=2):
            return True
    except OSError:  # of which urllib's own errors are a kind
        return False


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _announce(ports: Ports) -> None:
    _say("")
    _say(f"  Atithi      http://127.0.0.1:{ports.web}")
    _say(f"  The phones  http://127.0.0.1:{ports.sandbox}")
    _say("")
    _say("Open the phones and write Hi. Ctrl-C stops everything.")


def _wait_for_product(product: subprocess.Popen[bytes], ports: Ports) -> None:
    """Wait until the pages of both answer; end when the product gives up, which has then said why."""
    started = time.monotonic()
    said = False
    while not all(_answers(f"http://127.0.0.1:{port}/healthz") for port in (ports.sandbox, ports.web)):
        if product.poll() is not None:
            sys.exit(product.returncode or 1)
        if not said and time.monotonic() - started > PATIENCE_SECONDS:
            said = True
            _say(f"Still starting. The phones are already at http://127.0.0.1:{ports.sandbox}; messages will wait.")
        time.sleep(LOOK_SECONDS)


def _watch(product: subprocess.Popen[bytes], sandbox: subprocess.Popen[bytes], ports: Ports) -> NoReturn:
    """Stay until somebody ends the demo or the phones are gone; the product alone may go."""
    product_gone = False
    while True:
        if sandbox.poll() is not None:
            sys.exit("The sandbox has stopped, so the demo ends.")
        if product.poll() is not None and not product_gone:
            product_gone = True
            _say(f"The product has stopped. The phones stay at http://127.0.0.1:{ports.sandbox} and keep its messages.")
            _say('To start it again: eval "$(.venv/bin/python -m sandbox.demo --environment)"; .venv/bin/atithi up')
        time.sleep(LOOK_SECONDS)


def _end_calmly(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def run(product_command: Sequence[str], environ: Mapping[str, str] = os.environ) -> NoReturn:
    """Start the outside world, then the product, and stay until told to stop."""
    ports = Ports.read(environ)
    taken = ports.taken()
    if taken is not None:
        sys.exit(taken)
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _end_calmly)
    sandbox_command = [sys.executable, "-m", "sandbox", "--leave-with", str(os.getpid())]
    sandbox = _start(sandbox_command, sandbox_environment(ports))
    product: subprocess.Popen[bytes] | None = None
    try:
        product = _start(product_command, demo_environment(ports))
        _wait_for_product(product, ports)
        _announce(ports)
        _open_for_business(Path(product_command[0]), ports)
        _watch(product, sandbox, ports)
    finally:
        _say("\nStopping.")
        if product is not None:
            _stop(product, STOP_SECONDS)
        _stop(sandbox, 5.0)


def main() -> None:
    """Read the command line and start."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description="The product with phones to try it on.")
    parser.add_argument("--environment", action="store_true", help="only print the settings the product gets")
    arguments = parser.parse_args()
    if arguments.environment:
        for name, value in demo_environment(Ports.read(os.environ)).items():
            _say(f"export {name}={shlex.quote(value)}")
        return
    atithi = Path(sys.executable).parent / "atithi"
    if not atithi.exists():
        sys.exit("The product is not installed yet: run `make setup` first.")
    run([str(atithi), "up"])


if __name__ == "__main__":
    main()
