"""What a guest wants, from the guest's words: a linear model over words and parts of words.

Small on purpose. It reads a message in well under a millisecond, trains in seconds, and is kept as plain numbers:
no pickles, nothing that ties a trained model to a library's version.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu.engine.pipeline.words import pieces

# Chosen by measurement (docs/nlu.md); between 10 and 40 nothing changes much.
SHARPNESS = 20.0
# The questions are surer than they are right; toned down like this, "80 %" is right about 80 times in 100.
CALM = 0.7
# No list of phrases holds all that is not our business, so it gets the benefit of the doubt: its odds count double.
# On public data that finds several more of 100 such messages, and the rest is read no worse.
NOT_OURS, DOUBT = "out_of_scope", 2.0


@dataclass(frozen=True)
class IntentModel:
    """A trained model: the known pieces with their rarity, and what each says for each intent."""

    intents: list[str]
    known: dict[str, int]
    rarity: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray

    @classmethod
    def train(cls, texts: Sequence[str], intents: Sequence[str]) -> IntentModel:
        """Learn from phrases and their intents; rare intents count as much as frequent ones."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - only training needs them
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
        from sklearn.multiclass import OneVsRestClassifier  # noqa: PLC0415

        bags = [Counter(pieces(text)) for text in texts]
        spread = Counter(piece for bag in bags for piece in bag)
        known = {piece: index for index, piece in enumerate(sorted(spread))}
        rarity = np.array([1.0 + math.log((1 + len(bags)) / (1 + spread[piece])) for piece in known])
        rows = [_vector(bag, known, rarity) for bag in bags]
        columns = np.concatenate([places for places, _ in rows])
        values = np.concatenate([strengths for _, strengths in rows])
        starts = np.cumsum([0, *(len(places) for places, _ in rows)])
        matrix = csr_matrix((values, columns, starts), shape=(len(rows), len(known)))
        # One question per intent ("is it this?"): a quarter of the time of one question for all, and as good.
        ask = LogisticRegression(C=SHARPNESS, class_weight="balanced", solver="liblinear", random_state=0)
        learner = OneVsRestClassifier(ask).fit(matrix, list(intents))
        names = [str(intent) for intent in learner.classes_]
        # Stored per piece, because a message has a few dozen of them.
        weights = CALM * np.vstack([answer.coef_ for answer in learner.estimators_]).T
        offsets = CALM * np.concatenate([answer.intercept_ for answer in learner.estimators_])
        offsets += [math.log(DOUBT) if name == NOT_OURS else 0.0 for name in names]
        return cls(names, known, rarity, np.ascontiguousarray(weights, dtype=np.float32), offsets)

    def ranking(self, text: str) -> list[tuple[str, float]]:
        """Every intent with its probability, the likeliest first."""
        places, strengths = _vector(Counter(pieces(text)), self.known, self.rarity)
        scores = self.offsets + strengths @ self.weights[places]
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        order = np.argsort(-likely)
        return [(self.intents[index], float(likely[index])) for index in order]

    def save(self, folder: Path) -> None:
        """Write the model as numbers and one list of words."""
        np.savez(folder / "weights.npz", rarity=self.rarity, weights=self.weights, offsets=self.offsets)
        words = {"intents": self.intents, "known": list(self.known)}
        (folder / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read back what ``save`` wrote."""
        words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        known = {piece: index for index, piece in enumerate(words["known"])}
        with np.load(folder / "weights.npz", allow_pickle=False) as numbers:
            return cls(words["intents"], known, numbers["rarity"], numbers["weights"], numbers["offsets"])


def _vector(bag: Counter[str], known: dict[str, int], rarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which known pieces a message has and how strongly; words and parts of words weigh the same as a whole."""
    places = np.array([known[piece] for piece in bag if piece in known], dtype=np.intp)
    counts = np.array([count for piece, count in bag.items() if piece in known], dtype=np.float64)
    strengths = (1.0 + np.log(counts)) * rarity[places] if len(places) else np.zeros(0)
    parts = np.array([piece.startswith("~") for piece in bag if piece in known], dtype=bool)
    for group in (parts, ~parts):
        length = np.linalg.norm(strengths[group])
        if length:
            strengths[group] /= length
    return places, strengths
