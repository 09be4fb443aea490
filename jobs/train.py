"""`atithi train`: the language model, made when what it is made from has changed."""

from __future__ import annotations

from core.settings import load
from jobs.up import ROOT
from providers.engine import Engine


def command() -> None:
    """Install the language engine when it is missing and train its model when something it reads has changed."""
    engine = Engine(ROOT, load().home)
    engine.ensure_environment()
    engine.train()
