"""Things that stand in more than one picture."""

from __future__ import annotations

import math

from drawing.brush import WIDTH, Canvas


def hills(canvas: Canvas, horizon: float, ink: str, height: float, seed: float) -> None:
    """A line of hills standing on the horizon."""
    line = [
        (x, horizon - height * (0.5 + 0.3 * math.sin(x / 140 + seed) + 0.2 * math.sin(x / 57 + seed * 2.3)))
        for x in range(-10, WIDTH + 20, 10)
    ]
    canvas.shape([(-10, horizon), *line, (WIDTH + 10, horizon)], ink)


def birds(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """A few birds going home."""
    for dx, dy, size in ((0, 0, 9), (26, -12, 7), (48, 4, 6), (70, -20, 8)):
        canvas.stroke([(x + dx - size, y + dy - 3), (x + dx, y + dy), (x + dx + size, y + dy - 4)], ink, 1.4, 0.7)


def boat(c: Canvas, x: float, y: float, size: float, ink: str) -> None:
    """A covered rowing boat with two people in it."""
    c.shape(
        [
            (x - 96 * size, y - 8 * size),
            (x + 96 * size, y - 12 * size),
            (x + 66 * size, y + 16 * size),
            (x - 62 * size, y + 16 * size),
        ],
        ink,
    )
    for dx in (-44, 40):
        c.stroke([(x + dx * size, y - 8 * size), (x + dx * size, y - 58 * size)], ink, 3 * size)
    c.shape(
        [
            (x - 62 * size, y - 54 * size),
            (x - 40 * size, y - 72 * size),
            (x + 38 * size, y - 72 * size),
            (x + 58 * size, y - 54 * size),
        ],
        ink,
    )
    c.stroke([(x + 80 * size, y - 40 * size), (x + 130 * size, y + 40 * size)], ink, 2.6 * size)
    for dx in (-18, 8):
        c.oval(x + dx * size, y - 30 * size, 7 * size, 8 * size, ink)
        c.box(x + (dx - 9) * size, y - 24 * size, 18 * size, 20 * size, ink, round_by=5)
    c.oval(x, y + 24 * size, 90 * size, 7 * size, ink, 0.35)


def dinner_table(c: Canvas, x: float, y: float, size: float) -> None:
    """A table for two with a candle."""
    c.oval(x, y + 62 * size, 130 * size, 16 * size, "#120b12", 0.5)
    for side in (-1, 1):
        c.box(x + (side * 104 - 7) * size, y - 70 * size, 14 * size, 76 * size, "#1d1320", round_by=6)
        c.box(x + (side * 86 - 30) * size, y - 2 * size, 60 * size, 12 * size, "#8f2f3f", round_by=5)
        for leg in (62, 106):
            c.stroke(
                [(x + side * leg * size, y + 8 * size), (x + side * leg * size, y + 62 * size)], "#1d1320", 5 * size
            )
    c.shape(
        [
            (x - 70 * size, y - 28 * size),
            (x + 70 * size, y - 28 * size),
            (x + 62 * size, y + 40 * size),
            (x - 62 * size, y + 40 * size),
        ],
        "#f3e2c8",
    )
    c.shape(
        [
            (x - 70 * size, y - 28 * size),
            (x - 20 * size, y - 28 * size),
            (x - 30 * size, y + 40 * size),
            (x - 62 * size, y + 40 * size),
        ],
        "#dfc7a5",
    )
    c.oval(x, y - 28 * size, 72 * size, 13 * size, "#fff4df")
    for dx in (-34, 34):
        c.oval(x + dx * size, y - 29 * size, 17 * size, 4.6 * size, "#e2c9a0")
        c.oval(x + dx * size, y - 30 * size, 11 * size, 3 * size, "#fffaf0")
    c.box(x - 4 * size, y - 50 * size, 8 * size, 20 * size, "#f7d9a0", round_by=2)
    c.oval(x, y - 56 * size, 3.4 * size, 7 * size, "#fff3b8")
    c.glow(x, y - 52 * size, 110 * size, "#ffb85a", 0.8)
