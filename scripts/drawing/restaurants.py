"""The restaurants with a view."""

from __future__ import annotations

import math

from drawing.brush import HEIGHT, WIDTH, Canvas, chhatri, dome, palm, pointed_arch
from drawing.props import birds, boat, dinner_table, hills


def rooftop_at_night() -> Canvas:
    """Chhat Rooftop: tables under strings of lights, the city below."""
    c = Canvas(seed=41)
    c.gradient(["#0f1530", "#2b2551", "#6e3d68", "#c46a62"], (0, 0, WIDTH, 440))
    c.oval(800, 92, 34, 34, "#fdf0cf")
    c.oval(786, 84, 30, 30, "#1b1a3b")
    c.glow(800, 92, 140, "#fde3b0", 0.35)
    for _ in range(60):
        c.oval(c.chance.uniform(0, WIDTH), c.chance.uniform(0, 240), 1, 1, "#ffffff", c.chance.uniform(0.3, 0.9))
    hills(c, 440, "#46305a", 130, 2.0)
    _fort(c, 600, 340, "#2e2044")
    for _ in range(46):
        x, w, h = c.chance.uniform(-20, WIDTH), c.chance.uniform(30, 70), c.chance.uniform(20, 80)
        c.box(x, 440 - h, w, h + 20, c.chance.choice(["#30203f", "#3a2748", "#281b38"]))
        for _ in range(3):
            c.box(x + c.chance.uniform(4, w - 8), 440 - h + c.chance.uniform(6, h), 4, 5, "#ffcf7d", alpha=0.9)
    c.gradient(["#5d3a35", "#2d1c22"], (0, 452, WIDTH, HEIGHT))
    c.box(0, 428, WIDTH, 26, "#7a4a3f")
    c.box(0, 424, WIDTH, 6, "#c58a62")
    for swag, (y0, y1, drop) in enumerate(((60, 120, 70), (120, 40, 90), (20, 70, 110))):
        line = [(t * WIDTH / 60, y0 + (y1 - y0) * t / 60 + drop * math.sin(math.pi * t / 60)) for t in range(61)]
        c.stroke(line, "#1a1226", 1.6)
        for px, py in line[2 + swag :: 5]:
            c.glow(px, py + 7, 34, "#ffd27a", 0.75)
            c.oval(px, py + 6, 5, 6.5, "#fff1c4")
    for x, y, size in ((180, 560, 1.1), (480, 530, 0.85), (770, 570, 1.15)):
        dinner_table(c, x, y, size)
    return c


def _fort(c: Canvas, x: float, y: float, ink: str) -> None:
    c.shape([(x - 190, y + 70), (x - 180, y + 6), (x + 190, y - 10), (x + 220, y + 70)], ink)
    for k in range(20):
        c.box(x - 178 + k * 19, y - 6 - k * 0.5 + 4, 10, 14, ink)
    for dx, w in ((-150, 38), (-20, 60), (120, 44)):
        c.box(x + dx - w / 2, y - 26, w, 50, ink)
        chhatri(c, x + dx, y - 24, w * 0.8, ink)
    for dx in range(-150, 190, 34):
        c.oval(x + dx, y + 30, 2, 2.6, "#ffcf7d")


def boat_shed() -> Canvas:
    """Naav Ghar: a wooden deck over the lake, palace lights across the water."""
    c = Canvas(seed=53)
    c.gradient(["#1d2b52", "#45467a", "#a35d7d", "#f09a72"], (0, 0, WIDTH, 352))
    c.glow(520, 340, 360, "#ffc48a", 0.6)
    hills(c, 352, "#4d3a63", 110, 4.2)
    wall = "#d9a58b"
    c.box(560, 268, 320, 84, wall)
    c.box(640, 220, 160, 54, wall)
    for x, base, width in ((572, 268, 36), (868, 268, 36), (652, 220, 30), (788, 220, 30)):
        chhatri(c, x, base, width, wall)
    dome(c, 720, 218, 56, wall)
    for number in range(9):
        x = 580 + number * 35
        c.shape(pointed_arch(x, 350, 19, 44), "#ffd993")
        c.glow(x, 334, 30, "#ffcf7d", 0.5)
    for number in range(4):
        c.shape(pointed_arch(660 + number * 40, 268, 14, 32), "#ffd993")
    c.mirror(352, "#33305c", strength=0.3)
    c.shape([(0, 520), (WIDTH, 470), (WIDTH, HEIGHT), (0, HEIGHT)], "#4a2f2a")
    for k in range(1, 9):
        t = k / 9
        c.stroke([(0, 520 + 120 * t), (WIDTH, 470 + 170 * t)], "#2c1a1a", 2.4, 0.8)
    for x, top in ((40, 60), (420, 90)):
        c.stroke([(x, 520 - x * 0.05), (x, top)], "#2a1a1c", 12)
    c.shape([(-20, 96), (470, 44), (520, 92), (-20, 150)], "#3a2422")
    for k in range(24):
        c.stroke([(-10 + k * 22, 146 - k * 2.4), (10 + k * 20, 92 - k * 2.0)], "#5b3a2f", 3, 0.8)
    for x, y in ((130, 142), (250, 130), (360, 118)):
        c.stroke([(x, y), (x, y + 60)], "#1a1013", 1.6)
        c.shape([(x - 18, y + 92), (x + 18, y + 92), (x + 12, y + 60), (x - 12, y + 60)], "#f2b45c")
        c.oval(x, y + 78, 8, 11, "#fff0c0")
        c.glow(x, y + 78, 110, "#ffb65c", 0.7)
    dinner_table(c, 200, 545, 1.0)
    dinner_table(c, 690, 548, 1.05)
    boat(c, 560, 430, 0.6, "#1c1530")
    return c


def shack_on_the_beach() -> Canvas:
    """Solkadhi Shack: tables in the sand, sun in the sea."""
    c = Canvas(seed=71)
    c.gradient(["#2f3d78", "#8c5a92", "#ef7d6f", "#fdb863", "#ffe0a0"], (0, 0, WIDTH, 360))
    c.glow(610, 350, 430, "#ffe6a8", 0.9)
    c.oval(610, 338, 62, 62, "#fff3cf")
    birds(c, 300, 130, "#43305c")
    c.mirror(360, "#7a4a78", strength=0.35)
    c.gradient(["#e8b27a", "#c98753"], (0, 480, WIDTH, HEIGHT))
    foam = [(x, 482 + 7 * math.sin(x / 46) + 4 * math.sin(x / 19)) for x in range(0, WIDTH + 10, 10)]
    c.stroke(foam, "#fff4e2", 6, 0.85)
    c.stroke([(x, y + 9) for x, y in foam], "#f3cfa4", 4, 0.6)
    palm(c, 905, 600, 430, "#2a1730", lean=-0.22)
    palm(c, 820, 580, 300, "#34203b", lean=0.1)
    for x in (60, 340):
        c.stroke([(x, 560), (x, 230)], "#3a2130", 11)
    c.shape([(-40, 268), (205, 120), (440, 262), (400, 276), (205, 172), (0, 282)], "#4a2b2c")
    for k in range(46):
        x = -30 + k * 10.2
        top = 130 + abs(x - 205) * 0.6
        c.stroke([(x, top), (x + (x - 205) * 0.06, top + 46 + c.chance.uniform(-8, 10))], "#6b4030", 3.4, 0.9)
    for k in range(9):
        x = 66 + k * 34
        y = 300 + 26 * math.sin(math.pi * k / 8)
        c.oval(x, y, 6, 7, "#fff0bf")
        c.glow(x, y, 44, "#ffc56b", 0.7)
    dinner_table(c, 200, 560, 1.05)
    dinner_table(c, 600, 572, 0.9)
    return c
