"""`atithi nlu`: how well guests are understood, measured by the code that serves them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.neutral_row import understood
from core.clock import SystemClock
from core.settings import load
from jobs.sentences import Refusal
from jobs.up import ROOT
from models.base import Json
from providers.engine import Engine
from providers.rasa import said

type Ranking = Sequence[tuple[str, float]]

_SHOWN: Final = 40


def predict_command(
    given: Annotated[Path, typer.Option("--in", help='JSON lines {"id", "text", "prev_system", "asked", "ref_date"}.')],
    out: Annotated[Path, typer.Option("--out", help='JSON lines {"id", "act", "slots", "values"}.')],
) -> None:
    """Say what each message means: its act, its slots, and the days, numbers, people and money in it."""
    write_lines(out, predict(read_lines(given)))


def report_command(
    data: Annotated[Path, typer.Option(help="A folder of JSON lines with acts and slots, and perhaps a score.py.")],
) -> None:
    """Write confusion tables and scores of dialogue data to var/nlu-report."""
    folder = load().home / "nlu-report"
    folder.mkdir(parents=True, exist_ok=True)
    files = sorted(data.glob("*.jsonl"))
    if not files:
        sentence = (
            f"There are no .jsonl files in {data}: say where the dialogue data is, as in `make nlu-report DATA=folder`."
        )
        raise Refusal(sentence)
    for path in files:
        rows = read_lines(path)
        dialogues = bool(rows) and "turns" in rows[0]
        answers = predict(turns_of(rows) if dialogues else rows)
        write_lines(folder / f"{path.stem}.predicted.jsonl", answers)
        table = _scored(data / "score.py", path, folder / f"{path.stem}.predicted.jsonl", dialogues=dialogues)
        if not dialogues:
            table += "\n" + confusions(rows, answers)
        (folder / f"{path.stem}.txt").write_text(table, encoding="utf-8")
        print(f"{folder / path.stem}.txt", file=sys.stderr)


def predict(rows: Sequence[Json]) -> list[Json]:
    """Every row's answer, in the order of the rows."""
    now = SystemClock().now()
    rankings = parse([str(row["text"]) for row in rows])
    return [understood(row, ranking, today=now) for row, ranking in zip(rows, rankings, strict=True)]


def parse(texts: Sequence[str]) -> list[Ranking]:
    """The intents of many messages, from the trained model in the engine's own environment."""
    engine = Engine(ROOT, load().home)
    engine.ensure_environment(_to_stderr)
    rasa = engine.tool()
    argv = [rasa.argv[0], "-m", "nlu.engine.parse", str(engine.train(_to_stderr))]
    different = list(dict.fromkeys(said(text) for text in texts))
    done = subprocess.run(
        argv,
        cwd=rasa.folder,
        env=rasa.environment,
        input="".join(f"{json.dumps(text)}\n" for text in different),
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    if done.returncode != 0 or len(lines) != len(different):
        sentence = (
            f"The language engine stopped after {len(lines)} of {len(different)} messages:\n{done.stderr[-2000:]}"
        )
        raise Refusal(sentence)
    ranked = {text: _ranking(json.loads(line)) for text, line in zip(different, lines, strict=True)}
    return [ranked[said(text)] for text in texts]


def _ranking(parsed: Json) -> Ranking:
    """The chosen intent first, the runners-up behind it."""
    chosen = parsed["intent"]
    others = (each for each in parsed["intent_ranking"] if each["name"] != chosen["name"])
    return [(each["name"], each["confidence"]) for each in (chosen, *others)]


def turns_of(dialogues: Iterable[Json]) -> list[Json]:
    """Each turn of whole dialogues as a message of its own."""
    return [
        {"id": dialogue["id"], "turn": turn["turn"], "text": turn["user"], "prev_system": turn.get("prev_system")}
        | {"ref_date": dialogue.get("ref_date")}
        for dialogue in dialogues
        for turn in dialogue["turns"]
    ]


def confusions(rows: Sequence[Json], answers: Sequence[Json]) -> str:
    """Which act was taken for which, the most frequent first, with examples of each."""
    pairs: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[str]] = {}
    for row, answer in zip(rows, answers, strict=True):
        accepted = {row.get("act"), *row.get("acts", ())}
        if row.get("act") and answer["act"] not in accepted:
            pair = (row["act"], answer["act"])
            pairs[pair] += 1
            examples.setdefault(pair, []).append(row["text"])
    lines = ["meant               taken for           times  for example"]
    for (meant, taken), times in islice(pairs.most_common(), _SHOWN):
        lines.append(f"{meant:20}{taken:20}{times:5}  {examples[meant, taken][0][:80]}")
    return "\n".join(lines) + "\n"


def _scored(scorer: Path, gold: Path, predicted: Path, *, dialogues: bool) -> str:
    """What the data's own scorer says, where it brings one."""
    if not scorer.exists():
        return ""
    more = ["--dialogues", "--accumulate"] if dialogues else []
    argv = [sys.executable, str(scorer), *more, str(gold), str(predicted)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def read_lines(path: Path) -> list[Json]:
    """JSON lines; the first that is none is named."""
    rows: list[Json] = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            row: Any = _parsed(line)
            if not isinstance(row, dict) or not ("turns" in row or isinstance(row.get("text"), str)) or "id" not in row:
                sentence = f'{path}, line {number}: expected a JSON object with "id" and "text".'
                raise Refusal(sentence)
            rows.append(row)
    return rows


def _parsed(line: str) -> Any:  # noqa: ANN401 - anything a line may hold
    try:
        return json.loads(line)
    except ValueError:
        return None


def write_lines(path: Path, rows: Iterable[Json]) -> None:
    """JSON lines, in the guests' own letters."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _to_stderr(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
