"""The houses from inside: bedrooms with a view, rooms to eat in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from drawing.brush import HEIGHT, WIDTH, Canvas, pointed_arch


@dataclass(frozen=True)
class Room:
    """The colours of a bedroom, its beds and what is seen from its windows."""

    wall: str
    deep: str
    cover: str
    pillow: str
    view: Callable[[], Canvas]
    windows: int
    beds: str = "double"
    square: bool = False


def bedroom(room: Room) -> Canvas:
    """A bedroom in warm light: windows in arches, bed, lamps, rug."""
    c = Canvas(seed=sum(map(ord, room.cover)))
    c.gradient([room.deep, room.wall, room.wall], (0, 0, WIDTH, 470))
    c.glow(480, 210, 620, "#fff0d0", 0.35)
    _windows(c, room)
    c.gradient(["#8a5a3c", "#5a3626"], (0, 470, WIDTH, HEIGHT))
    for k in range(-10, 11):
        c.stroke([(480 + k * 60, 470), (480 + k * 120, HEIGHT)], "#3c2218", 1.4, 0.45)
    c.box(0, 462, WIDTH, 10, "#fff3df", alpha=0.55)
    c.oval(480, 590, 440, 62, room.deep, 0.9)
    c.oval(480, 590, 410, 54, room.pillow, 0.25)
    c.oval(480, 590, 380, 47, room.cover, 0.35)
    layout = {
        "double": [(480, 380)],
        "single": [(400, 230)],
        "twin": [(315, 240), (645, 240)],
        "double and single": [(370, 340), (745, 200)],
    }[room.beds]
    for x, width in layout:
        _bed(c, x, width, room)
    edges = [(x - width / 2, x + width / 2) for x, width in layout]
    for x in (edges[0][0] - 62, edges[-1][1] + 62):
        _night_lamp(c, x, room)
    return c


def _windows(c: Canvas, room: Room) -> None:
    places = {1: [480], 2: [270, 690], 3: [190, 480, 770]}[room.windows]
    width, height = (300, 320) if room.windows == 1 else (230, 330)
    view = room.view()
    view.soften(1.2)
    for number, x in enumerate(places):
        base = 392
        outer, inner, outline = (
            _window(x, base, width + wider, height + wider * 0.75, square=room.square) for wider in (34, 18, 0)
        )
        c.shape(outer, room.pillow)
        c.shape(inner, room.deep)
        shift = 480 if room.windows == 1 else (330 + number * 170)
        c.place(view, x - shift, base - 470, outline)
        c.stroke([(x, min(y for _, y in outline) + 2), (x, base)], room.deep, 3)
        c.stroke([(x - width / 2, base - 150), (x + width / 2, base - 150)], room.deep, 3)
        c.box(x - width / 2 - 28, base, width + 56, 14, room.pillow, round_by=3)
        for side in (-1, 1):
            _curtain(c, x + side * (width / 2 + 26), side, room)


def _window(x: float, base: float, width: float, height: float, *, square: bool) -> list[tuple[float, float]]:
    if not square:
        return pointed_arch(x, base, width, height, cusps=5)
    half, top = width / 2, base - height * 0.86
    return [(x - half, base), (x - half, top), (x + half, top), (x + half, base)]


def _curtain(c: Canvas, x: float, side: int, room: Room) -> None:
    for fold in range(5):
        px = x + side * fold * 9
        outline = [(px - 6, 40), (px + 6, 40), (px + 6 + side * 3, 440), (px - 6 + side * 3, 440)]
        c.shape(outline, room.cover if fold % 2 else room.deep, 0.82)
    c.box(min(x, x + side * 40) - 6, 300, 54, 9, room.pillow, round_by=4, alpha=0.9)


def _bed(c: Canvas, x: float, width: float, room: Room) -> None:
    left, top = x - width / 2, 410
    head = pointed_arch(x, top + 40, width + 16, 150, cusps=0)
    c.shape(head, "#4a2a1c")
    c.shape(pointed_arch(x, top + 40, width - 14, 128), "#6d4029")
    c.oval(x, 592, width * 0.62, 22, "#1e100a", 0.45)
    c.shape([(left, top + 24), (left + width, top + 24), (left + width + 40, 566), (left - 40, 566)], "#fdf7ec")
    c.shape(
        [(left - 16, top + 84), (left + width + 16, top + 84), (left + width + 44, 572), (left - 44, 572)], room.cover
    )
    c.shape([(left - 44, 572), (left + width + 44, 572), (left + width + 36, 604), (left - 36, 604)], room.deep)
    c.shape(
        [(left - 16, top + 84), (left + width + 16, top + 84), (left + width + 21, top + 106), (left - 21, top + 106)],
        "#fdf7ec",
    )
    for k in range(1, 3):
        y = top + 106 + k * 26
        reach = width / 2 + 16 + k * 7
        c.stroke([(x - reach + 10, y), (x + reach - 10, y)], room.pillow, 1.4, 0.35)
    for k in range(int(width // 40)):
        px = left + 20 + k * 40
        c.oval(px, 545, 6, 4, room.pillow, 0.55)
        c.oval(px + 18, 560, 6, 4, room.pillow, 0.55)
    two = width > 260
    share = width if two else width / 0.6
    for px in (x - width * 0.23, x + width * 0.23) if two else (x,):
        c.box(px - share * 0.19, top + 8, share * 0.38, 56, "#ffffff", round_by=16)
        c.box(px - share * 0.13, top + 34, share * 0.26, 44, room.pillow, round_by=12)
        c.stroke([(px - width * 0.08, top + 56), (px + width * 0.08, top + 56)], room.cover, 2, 0.7)
    for side in (-1, 1):
        c.box(x + side * (width / 2 + 30) - 7, 566, 14, 44, "#3a2015", round_by=3)


def _night_lamp(c: Canvas, x: float, room: Room) -> None:
    c.box(x - 38, 470, 76, 84, "#5b3524", round_by=5)
    c.box(x - 44, 462, 88, 12, "#7a4a31", round_by=4)
    c.box(x - 28, 492, 56, 24, "#6d4029", round_by=3)
    c.oval(x, 504, 4, 4, "#e5c07b")
    c.oval(x, 446, 15, 18, room.cover)
    c.stroke([(x, 430), (x, 404)], "#e5c07b", 4)
    c.shape([(x - 40, 410), (x + 40, 410), (x + 24, 350), (x - 24, 350)], "#ffedc4")
    c.glow(x, 384, 170, "#ffcf85", 0.75)


def _pendant(c: Canvas, x: float, drop: float, ink: str, size: float = 1) -> None:
    c.stroke([(x, 0), (x, drop)], "#2a1710", 2)
    c.shape(
        [
            (x - 44 * size, drop + 40 * size),
            (x + 44 * size, drop + 40 * size),
            (x + 16 * size, drop),
            (x - 16 * size, drop),
        ],
        ink,
    )
    c.oval(x, drop + 42 * size, 20 * size, 9 * size, "#fff3c8")
    c.glow(x, drop + 60 * size, 210 * size, "#ffc46e", 0.75)


def thali_hall() -> Canvas:
    """Ghee & Gulal: a painted hall, a brass thali in front."""
    c = Canvas(seed=83)
    c.gradient(["#6a2130", "#a8403d", "#c9583f"], (0, 0, WIDTH, 360))
    for number in range(5):
        x = 96 + number * 192
        c.shape(pointed_arch(x, 360, 160, 290, cusps=5), "#f0c27a")
        c.shape(pointed_arch(x, 360, 142, 274, cusps=5), "#7c2a32")
        c.shape(pointed_arch(x, 360, 110, 230, cusps=5), "#e08e45", 0.35)
        c.glow(x, 300, 110, "#ffb65c", 0.6)
        for k in range(7):
            c.oval(x - 72 + k * 24, 40, 5, 5, "#f0c27a", 0.8)
    c.box(0, 56, WIDTH, 4, "#f0c27a", alpha=0.7)
    for x, drop in ((190, 70), (480, 40), (770, 70)):
        _pendant(c, x, drop, "#c98b2e", 0.9)
    c.gradient(["#5a2a1e", "#8a4a2c", "#6b3520"], (0, 360, WIDTH, HEIGHT))
    c.box(0, 354, WIDTH, 10, "#d69a55")
    c.oval(480, 520, 400, 112, "#1d0d08", 0.5)
    c.oval(480, 506, 392, 108, "#a8741f")
    c.oval(480, 500, 386, 104, "#e9b949")
    c.oval(480, 502, 366, 95, "#c9922e")
    c.oval(480, 500, 356, 91, "#f0c75e")
    c.oval(380, 474, 180, 34, "#fbe6a3", 0.35)
    bowls = [
        ("#e7b23c", "#f4cf6a"),
        ("#6b8e3a", "#8fb255"),
        ("#b5402b", "#d9653e"),
        ("#f3e9d2", "#ffffff"),
        ("#7c4a21", "#a36a35"),
        ("#d97b29", "#f2a24a"),
        ("#8e3b4a", "#b85b68"),
    ]
    for number, (deep, light) in enumerate(bowls):
        angle = math.pi * (0.94 - number / (len(bowls) - 1) * 0.88) * -1
        x, y = 480 + math.cos(angle) * 272, 500 + math.sin(angle) * 62
        c.oval(x, y + 9, 52, 25, "#7a5316", 0.6)
        c.oval(x, y + 4, 50, 24, "#a9761f")
        c.oval(x, y - 3, 50, 21, "#f2cf72")
        c.oval(x, y - 3, 43, 17, deep)
        c.oval(x - 8, y - 6, 24, 8, light, 0.8)
        for _ in range(5):
            c.oval(x + c.chance.uniform(-26, 26), y - 3 + c.chance.uniform(-8, 8), 3, 1.6, "#4f7d2e")
    for dx, dy in ((-86, 34), (-30, 44), (-64, 20)):
        c.oval(480 + dx, 500 + dy, 74, 21, "#b97a3b")
        c.oval(480 + dx, 497 + dy, 74, 20, "#e2ad68")
        for _ in range(9):
            c.oval(480 + dx + c.chance.uniform(-52, 52), 497 + dy + c.chance.uniform(-11, 11), 6, 2.4, "#8e5424", 0.7)
    for dx, dy in ((86, 20), (126, 28), (98, 40), (140, 46)):
        c.oval(480 + dx, 500 + dy, 25, 17, "#9a6428")
        c.oval(478 + dx, 496 + dy, 22, 14, "#d69a4f")
        c.stroke([(466 + dx, 495 + dy), (490 + dx, 497 + dy)], "#8a5420", 2)
    for y in (430, 418, 405):
        c.stroke([(330 + y / 9, y - 30), (340 + y / 9, y - 60), (330 + y / 9, y - 90)], "#fff3df", 5, 0.1)
    return c


def two_tables() -> Canvas:
    """Do Mez: two tables, two lamps, one open kitchen."""
    c = Canvas(seed=97)
    c.gradient(["#173b3f", "#23585a", "#2f6c69"], (0, 0, WIDTH, 450))
    for row in range(9):
        for k in range(25):
            c.box(k * 40 - (row % 2) * 20, row * 50, 38, 48, "#ffffff", alpha=0.035 + 0.02 * ((row * 7 + k) % 3))
    c.box(300, 90, 360, 230, "#0f2a2d", round_by=8)
    c.gradient(["#ffdf9c", "#f4a955"], (312, 102, 648, 308))
    c.glow(480, 205, 300, "#ffc873", 0.6)
    for k, ink in enumerate(("#7a3b1e", "#33474a", "#b5532f", "#33474a", "#7a3b1e")):
        x = 346 + k * 66
        c.stroke([(x, 104), (x, 132)], "#3c2a1c", 2)
        c.oval(x, 148, 22, 18, ink)
        c.box(x - 22, 128, 44, 8, ink, round_by=3)
    c.oval(480, 226, 22, 24, "#3b2a24")
    c.box(448, 196, 64, 16, "#ffffff", round_by=7)
    c.oval(480, 194, 34, 16, "#ffffff")
    c.box(436, 248, 88, 44, "#fdf6ea", round_by=16)
    c.box(312, 288, 336, 20, "#6d4029")
    c.oval(400, 286, 34, 7, "#2b3a3c")
    for k in range(3):
        c.stroke([(384 + k * 16, 274), (388 + k * 16, 256), (382 + k * 16, 240)], "#ffffff", 3, 0.35)
    c.oval(570, 284, 40, 6, "#dfe6e2")
    c.shape([(540, 282), (566, 272), (592, 280), (604, 272), (602, 290), (592, 284), (566, 290)], "#6f93a8")
    c.gradient(["#8d5a38", "#56321f"], (0, 450, WIDTH, HEIGHT))
    for k in range(-9, 10):
        c.stroke([(480 + k * 66, 450), (480 + k * 140, HEIGHT)], "#38200f", 1.6, 0.5)
    for x in (215, 745):
        _pendant(c, x, 120, "#d1602f", 1.05)
        _round_table(c, x, 470)
    return c


def _round_table(c: Canvas, x: float, y: float) -> None:
    c.oval(x, y + 118, 170, 26, "#1c0f08", 0.5)
    for side in (-1, 1):
        c.box(x + side * 150 - 9, y - 66, 18, 110, "#3a2015", round_by=8)
        c.box(x + side * 128 - 36, y + 34, 72, 14, "#d9a441", round_by=6)
        for leg in (100, 152):
            c.stroke([(x + side * leg, y + 44), (x + side * leg, y + 118)], "#3a2015", 7)
    c.stroke([(x, y + 10), (x, y + 112)], "#2b170e", 12)
    c.oval(x, y + 116, 46, 9, "#2b170e")
    c.oval(x, y + 6, 116, 26, "#7c4a2b")
    c.oval(x, y, 116, 26, "#b8794a")
    for dx in (-58, 58):
        c.oval(x + dx, y, 32, 8.5, "#f4efe4")
        c.oval(x + dx, y - 1, 20, 5, "#ffffff")
        c.box(x + dx * 0.42 - 6, y - 34, 12, 22, "#d9ece8", round_by=3, alpha=0.7)
    c.box(x - 8, y - 46, 16, 40, "#2f7f86", round_by=6)
    for dx, dy in ((-10, -62), (6, -70), (14, -56), (-2, -54)):
        c.stroke([(x, y - 44), (x + dx, y + dy)], "#4f7d3a", 2)
        c.oval(x + dx, y + dy, 8, 8, "#f28c1e")
        c.oval(x + dx, y + dy, 4, 4, "#ffd166")
