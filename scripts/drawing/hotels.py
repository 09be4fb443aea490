"""The hotels from outside, each under its own sky."""

from __future__ import annotations

import math

from drawing.brush import HEIGHT, WIDTH, Canvas, chhatri, dome, palm, pointed_arch
from drawing.props import birds, boat, hills


def courtyard_mansion() -> Canvas:
    """Kesar Kothi: a saffron mansion around its neem tree, late light."""
    c = Canvas(seed=11)
    c.gradient(["#5d7fa8", "#9fb4c4", "#f3cf9b", "#f6b26b"], (0, 0, WIDTH, 470))
    c.glow(770, 300, 420, "#ffd98a", 0.75)
    birds(c, 160, 90, "#4a3a44")
    wall, shade, dark = "#e39a4b", "#c97a33", "#7a3b22"
    c.box(90, 210, 780, 260, wall)
    c.gradient(["#eaa75a", "#d98a3d"], (90, 210, 870, 470))
    for x in (120, 480, 840):
        chhatri(c, x, 212, 74 if x != 480 else 104, shade)
    for x in (300, 660):
        dome(c, x, 200, 70, shade)
        c.box(x - 40, 198, 80, 14, shade)
    c.box(78, 206, 804, 12, dark, alpha=0.55)
    c.box(78, 336, 804, 9, dark, alpha=0.4)
    for number in range(9):
        x = 150 + number * 82.5
        if number == 4:
            continue
        c.shape(pointed_arch(x, 328, 44, 86, cusps=3), dark)
        c.shape(pointed_arch(x, 328, 34, 78, cusps=3), "#ffdf9e")
        c.box(x - 30, 318, 60, 12, shade)
        c.glow(x, 300, 60, "#ffcf7a", 0.35)
    _lit_arches(c, 108, 470, 4, 78, 112, "#ffd58c", dark)
    _lit_arches(c, 540, 470, 4, 78, 112, "#ffd58c", dark)
    c.shape(pointed_arch(480, 470, 124, 232, cusps=5), dark)
    c.shape(pointed_arch(480, 470, 104, 214, cusps=5), "#5b2a1d")
    c.glow(480, 400, 130, "#ffb65c", 0.7)
    c.gradient(["#d9a566", "#a8683a", "#7e4a2c"], (0, 470, WIDTH, HEIGHT))
    for row in range(1, 7):
        y = 470 + 170 * (row / 7) ** 1.5
        c.stroke([(0, y), (WIDTH, y)], "#5c3421", 1.2, 0.35)
    for column in range(-9, 10):
        c.stroke([(480 + column * 48, 470), (480 + column * 130, HEIGHT)], "#5c3421", 1.2, 0.3)
    c.oval(480, 560, 130, 34, "#6e4029")
    c.oval(480, 554, 122, 30, "#e9c48f")
    c.oval(480, 553, 106, 24, "#4f8a94")
    c.oval(460, 548, 60, 9, "#a9d3cf", 0.6)
    c.stroke([(480, 552), (480, 515)], "#f5ead6", 5)
    c.oval(480, 516, 26, 6, "#f5ead6")
    for dx in (-28, -14, 14, 28):
        c.stroke([(480, 513), (480 + dx * 0.6, 506), (480 + dx, 540)], "#dff3f0", 1.4, 0.8)
    _tree(c, 150, 500, 1.0, "#2f4a2b", "#4f6f37")
    _tree(c, 850, 510, 0.8, "#33502d", "#5b7b3c")
    return c


def _tree(c: Canvas, x: float, base: float, size: float, dark: str, leaf: str) -> None:
    c.stroke([(x, base), (x + 6 * size, base - 110 * size), (x - 8 * size, base - 190 * size)], "#4a2f20", 13 * size)
    c.stroke([(x + 4 * size, base - 90 * size), (x + 50 * size, base - 170 * size)], "#4a2f20", 7 * size)
    for _ in range(95):
        angle, reach = c.chance.uniform(0, 2 * math.pi), c.chance.random() ** 0.6
        px = x + math.cos(angle) * 105 * size * reach
        py = base - 210 * size + math.sin(angle) * 70 * size * reach
        tone = leaf if py < base - 215 * size or c.chance.random() < 0.35 else dark
        c.oval(px, py, c.chance.uniform(14, 26) * size, c.chance.uniform(9, 16) * size, tone, 0.85)


def _lit_arches(
    canvas: Canvas, left: float, base: float, count: int, step: float, height: float, light: str, ink: str
) -> None:
    for number in range(count):
        x = left + step * (number + 0.5)
        canvas.shape(pointed_arch(x, base, step * 0.66, height, cusps=3), ink)
        canvas.shape(pointed_arch(x, base, step * 0.52, height * 0.92, cusps=3), light)
        canvas.glow(x, base - height * 0.3, step * 0.7, light, 0.35)


def roof_with_marigolds() -> Canvas:
    """Teej Terrace: a roof terrace in the morning, kites over the old city."""
    c = Canvas(seed=23)
    c.gradient(["#7fb4d6", "#bcd9df", "#f8e3bd", "#f7c59a"], (0, 0, WIDTH, 440))
    c.glow(210, 330, 380, "#fff0c2", 0.8)
    c.oval(210, 330, 38, 38, "#fff6da")
    hills(c, 420, "#c79a86", 70, 0.6)
    for x, y, w, h in (
        (30, 350, 120, 90),
        (160, 330, 90, 110),
        (270, 362, 150, 80),
        (430, 322, 110, 120),
        (560, 352, 140, 90),
        (720, 318, 110, 125),
        (845, 356, 130, 90),
    ):
        c.box(x, y, w, h, "#d98f7a")
        c.box(x, y, w, 6, "#b56a5a")
        for k in range(int(w // 34)):
            c.shape(pointed_arch(x + 20 + k * 34, y + 52, 15, 28), "#8a4b45")
    for x, w in ((205, 44), (485, 62), (775, 50)):
        chhatri(c, x, 332 if x != 775 else 320, w, "#b56a5a")
    for x, y, ink, s in (
        (640, 120, "#d1495b", 26),
        (770, 80, "#edae49", 20),
        (520, 70, "#3a7d7c", 18),
        (860, 180, "#7a4f9e", 16),
    ):
        c.shape([(x, y - s), (x + s * 0.8, y), (x, y + s), (x - s * 0.8, y)], ink)
        c.stroke([(x, y - s), (x, y + s)], "#ffffff", 1, 0.6)
        c.stroke([(x, y + s), (x - 20, y + 80), (x - 70, y + 240)], "#6b5b58", 0.8, 0.6)
    c.gradient(["#e7b98a", "#c9895c"], (0, 440, WIDTH, HEIGHT))
    c.box(0, 436, WIDTH, 26, "#f2d3a4")
    c.box(0, 458, WIDTH, 5, "#a8683f", alpha=0.6)
    for k in range(24):
        c.shape(pointed_arch(20 + k * 40, 458, 20, 18), "#c98f5e")
    for x in (70, 190, 690, 800, 905):
        c.shape([(x - 30, 520), (x + 30, 520), (x + 22, 566), (x - 22, 566)], "#b4532f")
        c.box(x - 34, 512, 68, 12, "#c9653a", round_by=3)
        for _ in range(26):
            dx, dy = c.chance.uniform(-36, 36), c.chance.uniform(-44, 4)
            c.oval(x + dx, 512 + dy, 15, 9, "#3f6b35", 0.9)
        for _ in range(20):
            dx, dy = c.chance.uniform(-38, 38), c.chance.uniform(-54, 0)
            c.oval(x + dx, 508 + dy, 8.5, 8, c.chance.choice(["#f28c1e", "#f7b32b", "#e8731a"]))
            c.oval(x + dx, 507 + dy, 4, 3.6, "#ffd166", 0.7)
    _cafe_table(c, 440, 560, "#2d6a6a")
    _garland(c, 0, 22, WIDTH, 7)
    return c


def _cafe_table(c: Canvas, x: float, y: float, ink: str) -> None:
    c.oval(x, y + 52, 150, 16, "#7a4a30", 0.35)
    for side in (-1, 1):
        c.stroke([(x + side * 128, y - 92), (x + side * 116, y - 8), (x + side * 126, y + 50)], ink, 6)
        c.stroke([(x + side * 70, y - 8), (x + side * 66, y + 50)], ink, 5)
        c.box(x + side * 94 - 30, y - 14, 60, 12, "#d1495b", round_by=5)
        c.box(x + side * 122 - 4, y - 92, 8, 70, ink, round_by=4)
    c.stroke([(x, y - 30), (x, y + 48)], ink, 7)
    c.oval(x, y + 50, 30, 6, ink)
    c.oval(x, y - 32, 62, 11, "#f6efe2")
    c.oval(x, y - 35, 62, 11, "#ffffff")
    for dx in (-22, 20):
        c.box(x + dx - 8, y - 54, 16, 18, "#c98f5e", round_by=3)
        c.oval(x + dx, y - 54, 8, 3, "#7a3f1e")


def _garland(c: Canvas, left: float, y: float, right: float, swags: int) -> None:
    step = (right - left) / swags
    for number in range(swags):
        for k in range(22):
            t = k / 21
            px = left + step * (number + t)
            py = y + 34 * math.sin(math.pi * t)
            c.oval(px, py, 8, 7.5, "#f28c1e" if k % 5 else "#f7c331")
            c.oval(px - 1, py - 2, 3.6, 3, "#ffd98a", 0.6)


def lake_palace() -> Canvas:
    """Saanjh Lakehouse: white arches in the lake at dusk."""
    c = Canvas(seed=5)
    c.gradient(["#3b2f63", "#8a4d7d", "#e0777d", "#f7a76c", "#ffd79a"], (0, 0, WIDTH, 404))
    c.glow(250, 366, 420, "#ffe2a0", 0.85)
    c.oval(250, 352, 44, 44, "#fff1c9")
    for x, y in ((60, 40), (330, 60), (520, 30), (700, 80), (860, 50), (930, 120), (430, 110)):
        c.oval(x, y, 1.2, 1.2, "#fff5e0", 0.8)
    birds(c, 400, 190, "#4a2d4f")
    hills(c, 402, "#8d5470", 120, 1.3)
    hills(c, 402, "#6b3f62", 70, 3.1)
    wall, shade = "#f3dccb", "#c99a97"
    c.box(430, 320, 480, 84, wall)
    c.box(520, 256, 300, 70, "#efd3c2")
    c.box(610, 204, 120, 56, wall)
    for y, left, width in ((318, 422, 496), (252, 512, 316), (200, 602, 136)):
        c.box(left, y, width, 7, shade)
    for x, base, width in ((448, 318, 46), (892, 318, 46), (540, 252, 40), (800, 252, 40)):
        chhatri(c, x, base, width, wall)
    dome(c, 670, 200, 92, "#f6e3d4")
    for number in range(10):
        x = 452 + number * 48.5
        c.shape(pointed_arch(x, 404, 30, 62, cusps=3), "#7b4a5f")
        c.shape(pointed_arch(x, 404, 24, 56, cusps=3), "#ffcf87")
        c.glow(x, 384, 34, "#ffcf87", 0.4)
    for number in range(6):
        x = 545 + number * 50
        c.shape(pointed_arch(x, 320, 24, 46, cusps=3), "#7b4a5f")
        c.shape(pointed_arch(x, 320, 18, 40, cusps=3), "#ffd998")
    for x in (640, 670, 700):
        c.shape(pointed_arch(x, 254, 18, 36), "#8a5667")
    c.mirror(404, "#6b3a62", strength=0.35)
    c.glow(250, 450, 200, "#ffdf9e", 0.4)
    boat(c, 220, 520, 1.0, "#2c1b38")
    return c


def art_deco_corner() -> Canvas:
    """Tidewater Lane: a rounded corner house by the harbour in the blue hour."""
    c = Canvas(seed=31)
    c.gradient(["#16345c", "#2f6288", "#7fa6ad", "#f0c391"], (0, 0, WIDTH, 520))
    c.glow(90, 500, 420, "#ffc98a", 0.6)
    c.gradient(["#6d94a3", "#31586f"], (0, 470, 330, 560))
    for x, h in ((40, 70), (110, 96), (190, 60)):
        c.stroke([(x, 478), (x, 478 - h)], "#20364a", 2)
        c.shape([(x, 478 - h), (x + h * 0.36, 470), (x, 470)], "#f4e6d0", 0.9)
        c.shape([(x - 26, 472), (x + 34, 472), (x + 22, 484), (x - 18, 484)], "#20364a")
    wall, shade, trim = "#f2e2c4", "#d9bf98", "#2f7f86"
    c.box(330, 130, 630, 430, wall)
    c.gradient([shade, wall, wall], (520, 130, 960, 560), across=True)
    c.gradient(["#c9ab84", "#f7ead0", "#e3cba4"], (330, 96, 520, 560), across=True)
    c.box(330, 88, 190, 12, trim, round_by=5)
    c.box(352, 66, 146, 24, wall)
    c.box(376, 44, 98, 24, shade)
    c.box(516, 124, 444, 10, trim)
    c.stroke([(425, 44), (425, 4)], trim, 3)
    for floor in range(4):
        y = 160 + floor * 96
        c.box(330, y + 70, 630, 5, trim, alpha=0.8)
        for k in range(3):
            lit = (floor * 3 + k) % 4 != 1
            x = 345 + k * 58
            c.box(x, y, 46, 54, "#ffd894" if lit else "#44647a", round_by=6)
            c.stroke([(x + 23, y), (x + 23, y + 54)], trim, 2)
        for k in range(4):
            lit = (floor + k) % 3 != 0
            x = 556 + k * 102
            c.box(x, y - 4, 66, 62, "#ffdb9c" if lit else "#3c5c74", round_by=4)
            c.stroke([(x + 33, y - 4), (x + 33, y + 58)], trim, 2)
            c.box(x - 8, y - 14, 82, 7, shade, round_by=3)
            if lit:
                c.glow(x + 33, y + 24, 56, "#ffcf82", 0.35)
    c.gradient(["#3d4a57", "#232d39"], (0, 556, WIDTH, HEIGHT))
    c.box(0, 552, WIDTH, 8, "#8b8d88")
    c.box(340, 476, 170, 80, "#23434f", round_by=6)
    c.box(352, 486, 146, 70, "#ffd28a")
    c.glow(425, 520, 130, "#ffc873", 0.6)
    c.shape([(322, 470), (528, 470), (512, 490), (338, 490)], trim)
    for x in (620, 900):
        c.stroke([(x, 560), (x, 420), (x + 26, 410)], "#1d2a36", 4)
        c.oval(x + 30, 412, 9, 7, "#fff0c4")
        c.glow(x + 30, 414, 90, "#ffd995", 0.6)
    palm(c, 270, 560, 250, "#142638", lean=-0.1)
    c.glow(425, 610, 180, "#ffcf82", 0.25)
    _taxi(c, 690, 592)
    return c


def _taxi(c: Canvas, x: float, y: float) -> None:
    c.box(x - 80, y - 26, 160, 30, "#15181c", round_by=10)
    c.shape([(x - 52, y - 24), (x - 34, y - 52), (x + 34, y - 52), (x + 56, y - 24)], "#f5bf2d")
    for left, right in (((x - 42), (x - 4)), ((x + 4), (x + 44))):
        c.shape([(left, y - 26), (left + 10, y - 46), (right - 8, y - 46), (right, y - 26)], "#42586a")
    for dx in (-48, 48):
        c.oval(x + dx, y + 4, 15, 15, "#0c0d10")
        c.oval(x + dx, y + 4, 6, 6, "#a8a8a8")
    c.oval(x + 78, y - 12, 6, 5, "#fff2c0")
    c.glow(x + 100, y - 8, 70, "#ffe7a8", 0.5)


def harbour() -> Canvas:
    """What the upper rooms of Tidewater Lane see: boats at anchor in the evening."""
    c = Canvas(seed=37)
    c.gradient(["#27508a", "#6d9cb8", "#f3cfa0", "#ffb877"], (0, 0, WIDTH, 330))
    c.glow(600, 320, 360, "#ffe0a6", 0.8)
    c.oval(600, 300, 34, 34, "#fff2cf")
    hills(c, 330, "#7f8fa8", 60, 2.2)
    c.mirror(330, "#3f6f8c", strength=0.55)
    for x, y, size in ((120, 372, 1.0), (330, 352, 0.7), (480, 400, 1.3), (700, 356, 0.75), (860, 384, 1.1)):
        c.stroke([(x, y), (x, y - 120 * size)], "#2a3346", 2.6 * size)
        c.shape([(x + 4, y - 116 * size), (x + 52 * size, y - 14 * size), (x + 4, y - 14 * size)], "#fdf1dc", 0.95)
        c.shape([(x - 5, y - 96 * size), (x - 36 * size, y - 14 * size), (x - 5, y - 14 * size)], "#e9825f", 0.95)
        c.shape(
            [
                (x - 60 * size, y - 8 * size),
                (x + 66 * size, y - 8 * size),
                (x + 46 * size, y + 12 * size),
                (x - 44 * size, y + 12 * size),
            ],
            "#2a3346",
        )
    return c


def palm_house() -> Canvas:
    """Cashew Lane House: red tiles, white verandah, a pool under palms."""
    c = Canvas(seed=61)
    c.gradient(["#4fa3c7", "#a6d8d8", "#fbe7b8"], (0, 0, WIDTH, 424))
    c.glow(820, 90, 320, "#fff4c8", 0.8)
    hills(c, 424, "#7fb069", 140, 0.3)
    for x, h, lean in ((70, 330, 0.1), (880, 360, -0.14), (160, 250, -0.08)):
        palm(c, x, 430, h, "#2f5d3a", lean=lean)
    c.box(230, 270, 520, 150, "#fdf4e3")
    c.gradient(["#fff8ea", "#ecd9b6"], (230, 270, 750, 420))
    c.shape([(190, 280), (790, 280), (690, 170), (290, 170)], "#c4502f")
    for row in range(7):
        y = 186 + row * 15
        inset = 100 * (280 - y) / 110
        c.stroke([(190 + inset, y), (790 - inset, y)], "#93361f", 2, 0.7)
    for k in range(26):
        c.stroke([(296 + k * 15.6, 172), (198 + k * 23.6, 280)], "#a8412a", 1.4, 0.6)
    c.box(186, 276, 608, 9, "#8a3320")
    for x in (250, 360, 490, 620, 730):
        c.box(x - 7, 284, 14, 136, "#ffffff")
        c.box(x - 11, 284, 22, 8, "#e7cfa4")
    for x in (305, 425, 555, 675):
        c.shape(pointed_arch(x, 412, 52, 100), "#2d6f73")
        c.shape(pointed_arch(x, 412, 42, 92), "#ffe0a1" if x in {425, 555} else "#4f8f8f")
        c.stroke([(x, 330), (x, 412)], "#2d6f73", 2.4)
    c.box(210, 410, 560, 14, "#e2c493")
    c.gradient(["#84b85a", "#5e9a4a"], (0, 424, WIDTH, HEIGHT))
    c.shape([(150, 470), (810, 470), (900, 610), (60, 610)], "#f1e2c3")
    c.shape([(180, 482), (780, 482), (858, 596), (102, 596)], "#1f9aa0")
    c.shape([(180, 482), (780, 482), (800, 510), (162, 510)], "#55c2c0", 0.6)
    for _ in range(60):
        x, y = c.chance.uniform(170, 790), c.chance.uniform(492, 590)
        c.stroke([(x, y), (x + c.chance.uniform(12, 40), y)], "#d9fbf5", 1.3, 0.45)
    for x in (120, 860):
        c.shape([(x - 40, 452), (x + 30, 452), (x + 46, 476), (x - 40, 476)], "#fff6e4")
        c.shape([(x - 40, 452), (x - 58, 424), (x - 50, 420), (x - 32, 452)], "#f4a259")
    for _ in range(70):
        x = c.chance.choice([c.chance.uniform(0, 210), c.chance.uniform(760, WIDTH)])
        c.oval(x, c.chance.uniform(400, 432), 18, 12, c.chance.choice(["#3f7d3f", "#54944a", "#2f6a3a"]), 0.9)
        if c.chance.random() < 0.4:
            c.oval(x, c.chance.uniform(398, 424), 6, 5, c.chance.choice(["#e5476f", "#f28ab2"]))
    return c
