"""The brush with which the sample pictures are drawn: skies, glows, domes, arches, palms, water, furniture."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 960, 640
_FINE = 2  # drawn twice as large, so that edges come out smooth
_LARGEST_FILE = 60_000

Colour = tuple[int, int, int]
Point = tuple[float, float]


def colour(written: str) -> Colour:
    """`#f4a261` as three numbers."""
    return int(written[1:3], 16), int(written[3:5], 16), int(written[5:7], 16)


class Canvas:
    """A picture of 960 by 640 in which everything is said in those units."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT, *, seed: int = 1) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * _FINE, height * _FINE))
        self.chance = random.Random(seed)  # noqa: S311 - the same picture every time

    def _draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image, "RGBA")

    def gradient(
        self, stops: Sequence[str], box: tuple[float, float, float, float] | None = None, *, across: bool = False
    ) -> None:
        """Colours from top to bottom (or left to right), evenly spaced."""
        left, top, right, bottom = (round(v * _FINE) for v in box or (0, 0, self.width, self.height))
        shape = (bottom - top, right - left)
        place = np.linspace(0, len(stops) - 1, shape[1] if across else shape[0])
        rows = np.stack(
            [np.interp(place, range(len(stops)), [colour(stop)[c] for stop in stops]) for c in range(3)], -1
        )
        full = np.broadcast_to(rows[None, :, :] if across else rows[:, None, :], (*shape, 3))
        grain = np.random.default_rng(7).uniform(-1.2, 1.2, (*shape, 1))
        self.image.paste(Image.fromarray(np.clip(full + grain, 0, 255).astype(np.uint8)), (left, top))

    def glow(self, x: float, y: float, radius: float, light: str, strength: float = 0.6) -> None:
        """Light that falls off from a point."""
        r = round(radius * _FINE)
        axis = np.linspace(-1, 1, 2 * r)
        distance = np.clip(np.hypot(axis[None, :], axis[:, None]), 0, 1)
        mask = Image.fromarray((255 * strength * (1 - distance) ** 2).astype(np.uint8))
        layer = Image.new("RGB", mask.size, colour(light))
        corner = (round(x * _FINE) - r, round(y * _FINE) - r)
        black = Image.new("RGB", mask.size)
        light_layer = Image.composite(layer, black, mask)
        region = self.image.crop((*corner, corner[0] + 2 * r, corner[1] + 2 * r))
        self.image.paste(ImageChops.screen(region, light_layer), corner)

    def shape(self, points: Sequence[Point], fill: str, alpha: float = 1) -> None:
        """A filled outline."""
        self._draw().polygon([(x * _FINE, y * _FINE) for x, y in points], fill=(*colour(fill), round(alpha * 255)))

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, *, round_by: float = 0, alpha: float = 1
    ) -> None:
        """A rectangle, its corners rounded if told."""
        corners = (x * _FINE, y * _FINE, (x + width) * _FINE - 1, (y + height) * _FINE - 1)
        self._draw().rounded_rectangle(corners, round_by * _FINE, fill=(*colour(fill), round(alpha * 255)))

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str, alpha: float = 1) -> None:
        """An ellipse around its middle."""
        corners = ((x - rx) * _FINE, (y - ry) * _FINE, (x + rx) * _FINE, (y + ry) * _FINE)
        self._draw().ellipse(corners, fill=(*colour(fill), round(alpha * 255)))

    def stroke(self, points: Sequence[Point], ink: str, width: float = 2, alpha: float = 1) -> None:
        """A line through points."""
        line = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw().line(
            line, fill=(*colour(ink), round(alpha * 255)), width=max(1, round(width * _FINE)), joint="curve"
        )

    def place(self, other: Canvas, x: float, y: float, outline: Sequence[Point] | None = None) -> None:
        """Another picture set into this one, seen through an outline."""
        mask = None
        if outline is not None:
            mask = Image.new("L", other.image.size, 0)
            ImageDraw.Draw(mask).polygon([((px - x) * _FINE, (py - y) * _FINE) for px, py in outline], fill=255)
        self.image.paste(other.image, (round(x * _FINE), round(y * _FINE)), mask)

    def mirror(self, horizon: float, tint: str, *, strength: float = 0.45) -> None:
        """Water below the horizon: what stands above it, upside down, rippled and tinted."""
        line = round(horizon * _FINE)
        depth = self.image.height - line
        above = self.image.crop((0, max(0, line - depth), self.image.width, line)).transpose(
            Image.Transpose.FLIP_TOP_BOTTOM
        )
        above = above.resize((self.image.width, depth)).filter(ImageFilter.GaussianBlur(3))
        pixels = np.asarray(above).copy()
        for row in range(depth):
            pixels[row] = np.roll(pixels[row], round(math.sin(row / (5 + row / 30)) * (2 + row / 40)), axis=0)
        water = Image.blend(Image.fromarray(pixels), Image.new("RGB", above.size, colour(tint)), strength)
        self.image.paste(water, (0, line))
        for _ in range(140):
            y = horizon + 4 + (self.height - horizon) * self.chance.random() ** 1.5
            reach = 8 + (y - horizon) * 0.25 * self.chance.random()
            x = self.chance.uniform(0, self.width)
            self.stroke([(x, y), (x + reach, y)], "#fff3df", 0.7, 0.16)

    def soften(self, by: float) -> None:
        """Out of focus."""
        self.image = self.image.filter(ImageFilter.GaussianBlur(by * _FINE))

    def save(self, path: Path) -> int:
        """As JPEG, small enough for a phone; returns the size in bytes."""
        picture = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        for quality in range(88, 40, -4):
            picture.save(path, quality=quality, optimize=True, progressive=True)
            if path.stat().st_size <= _LARGEST_FILE:
                break
        return path.stat().st_size


def pointed_arch(x: float, base: float, width: float, height: float, *, cusps: int = 0) -> list[Point]:
    """The outline of an arch standing on its base; with cusps it is a Mughal one."""
    half, rise = width / 2, min(height * 0.5, width * 0.75)
    spring = base - height + rise
    side = []
    for step in range(61):
        t = step / 60
        scallop = half * 0.1 * abs(math.sin(t * math.pi * cusps)) * (1 - t * 0.6) if cusps else 0
        side.append((half * (1 - t**2.1) - scallop, spring - rise * t))
    left = [(x - reach, y) for reach, y in side]
    right = [(x + reach, y) for reach, y in reversed(side)]
    return [(x - half, base), *left, *right, (x + half, base)]


def dome(canvas: Canvas, x: float, base: float, width: float, fill: str, *, finial: bool = True) -> None:
    """An onion dome with its finial."""
    half = width / 2
    outline = []
    for step in range(41):
        t = step / 40
        swell = 1 + 0.12 * math.sin(t * math.pi)
        reach = half * swell * math.cos(t * math.pi / 2) ** 0.72
        outline.append((reach, base - width * 0.78 * t))
    canvas.shape([(x - px, y) for px, y in outline] + [(x + px, y) for px, y in reversed(outline)], fill)
    if finial:
        top = base - width * 0.78
        canvas.stroke([(x, top + 2), (x, top - width * 0.28)], fill, max(1.2, width / 28))
        canvas.oval(x, top - width * 0.12, width / 22, width / 22, fill)


def chhatri(canvas: Canvas, x: float, base: float, width: float, fill: str) -> None:
    """A pavilion: dome, eave and thin pillars."""
    rise = width * 0.62
    for offset in (-0.42, -0.14, 0.14, 0.42):
        canvas.box(x + offset * width - width * 0.035, base - rise, width * 0.07, rise, fill)
    canvas.shape(
        [
            (x - width * 0.66, base - rise),
            (x + width * 0.66, base - rise),
            (x + width * 0.5, base - rise - width * 0.1),
            (x - width * 0.5, base - rise - width * 0.1),
        ],
        fill,
    )
    dome(canvas, x, base - rise - width * 0.09, width * 0.86, fill)


def palm(canvas: Canvas, x: float, base: float, height: float, fill: str, *, lean: float = 0.12) -> None:
    """A coconut palm."""
    top = (x + lean * height, base - height)
    trunk = [(x + lean * height * (t / 10) ** 1.7, base - height * t / 10) for t in range(11)]
    canvas.stroke(trunk, fill, height / 34)
    for turn in range(9):
        angle = math.pi * (0.02 + turn / 8 * 0.96) + canvas.chance.uniform(-0.1, 0.1)
        reach = height * (0.34 + 0.08 * canvas.chance.random())
        spine = []
        for step in range(9):
            t = step / 8
            spine.append(
                (
                    top[0] + math.cos(angle) * reach * t,
                    top[1] - math.sin(angle) * reach * t * 0.75 + reach * 0.62 * t**2.2,
                )
            )
        for (ax, ay), (bx, by) in pairwise(spine):
            for k in range(3):
                px, py = ax + (bx - ax) * k / 3, ay + (by - ay) * k / 3
                canvas.stroke([(px, py), (px - 1.5, py + reach * 0.17)], fill, 1.3)
                canvas.stroke([(px, py), (px + 3.0, py + reach * 0.14)], fill, 1.3)
        canvas.stroke(spine, fill, 2.2)
