"""An invoice on paper: one A4 page, in a type that has the rupee and every Hindi letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import fontpkg_mukta
from babel.dates import format_date
from babel.numbers import format_decimal
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from models.base import Json

_FONTS: Final = Path(fontpkg_mukta.__file__).parent / "files"
_INK: Final = (33, 37, 41)
_FAINT: Final = (112, 117, 122)
_RULE: Final = (216, 219, 222)
_SHADE: Final = (247, 243, 237)
_ACCENT: Final = (150, 76, 32)
_EDGE: Final = 18.0
_WIDTH: Final = 210 - 2 * _EDGE
_HALF: Final = _WIDTH / 2
_ROW: Final = 5.4

type Cells = Sequence[tuple[float, str, Align]]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is drawn: the content as it was issued, and the number and day, which a proforma has not."""

    content: Json
    number: str | None = None
    issued_on: date | None = None

    @property
    def title(self) -> str:
        """What kind of paper it is."""
        if self.content["credits"] is not None:
            return "Credit note"
        if self.number is None:
            return "Proforma invoice"
        return "Tax invoice" if self.content["house"]["gstin"] else "Invoice"


def draw(papers: Sequence[Paper], *, drawn_at: datetime) -> bytes:
    """One page (or more) for each paper."""
    sheet = _Sheet(drawn_at)
    for paper in papers:
        sheet.add_page()
        _head(sheet, paper)
        _parties(sheet, paper.content)
        if paper.content["lines"]:
            _lines(sheet, paper.content)
        _taxes(sheet, paper.content)
        _sums(sheet, paper)
        _foot(sheet, paper)
    sheet.set_title(" ".join(filter(None, [papers[0].title, papers[0].number])))
    return bytes(sheet.output())


class _Sheet(FPDF):
    """A4 with our type and margins."""

    def __init__(self, drawn_at: datetime) -> None:
        super().__init__(format="A4")
        for style, weight in (("", "Regular"), ("B", "SemiBold")):
            self.add_font("Mukta", style, _FONTS / f"Mukta-{weight}.ttf")
        self.set_text_shaping(use_shaping_engine=True)
        self.set_margins(_EDGE, 16, _EDGE)
        self.set_auto_page_break(auto=True, margin=16)
        self.set_draw_color(*_RULE)
        self.set_fill_color(*_SHADE)
        self.set_lang("en-IN")
        self.set_creation_date(drawn_at.astimezone(UTC))

    def look(self, size: float, *, bold: bool = False, colour: tuple[int, int, int] = _INK) -> None:
        """How the next words look."""
        self.set_font("Mukta", "B" if bold else "", size)
        self.set_text_color(*colour)

    def line_of_cells(self, cells: Cells, *, height: float = _ROW, fill: bool = False) -> None:
        """One row; what is too long for its cell is written smaller, never cut."""
        size = self.font_size_pt
        for width, text, align in cells:
            fitting = size
            while fitting > 5 and self.get_string_width(text) > width - 2:  # noqa: PLR2004 - still legible
                fitting -= 0.25
                self.set_font_size(fitting)
            self.cell(width, height, text, align=align, fill=fill)
            self.set_font_size(size)
        self.ln(height)

    def rule(self, *, above: float = 1.5, below: float = 1.5) -> None:
        """A thin line across the page."""
        self.ln(above)
        self.line(_EDGE, self.get_y(), _EDGE + _WIDTH, self.get_y())
        self.ln(below)


def _head(sheet: _Sheet, paper: Paper) -> None:
    house = paper.content["house"]
    sheet.set_fill_color(*_ACCENT)
    sheet.rect(0, 0, 210, 4, style="F")
    sheet.set_fill_color(*_SHADE)
    top = sheet.get_y()
    sheet.look(17, bold=True)
    sheet.cell(_WIDTH * 0.62, 9, house["name"], new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.look(9, colour=_FAINT)
    about = [
        house["company"],
        house["address"],
        house["city"],
        house["phone"],
        house["gstin"] and f"GSTIN {house['gstin']}",
    ]
    for row in filter(None, about):
        sheet.cell(_WIDTH * 0.62, 4.6, row, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    bottom = sheet.get_y()
    sheet.set_xy(_EDGE + _WIDTH * 0.6, top)
    sheet.look(15, bold=True, colour=_ACCENT)
    sheet.cell(_WIDTH * 0.4, 9, paper.title, align=Align.R, new_x=XPos.LEFT, new_y=YPos.NEXT)
    for name, value in _numbers(paper):
        sheet.look(9, colour=_FAINT)
        sheet.cell(_WIDTH * 0.17, 5, name, align=Align.R)
        sheet.look(9.5, bold=True)
        sheet.cell(_WIDTH * 0.23, 5, value, align=Align.R)
        sheet.set_xy(_EDGE + _WIDTH * 0.6, sheet.get_y() + 5)
    sheet.set_xy(_EDGE, max(bottom, sheet.get_y()))
    sheet.rule(above=3, below=3)


def _numbers(paper: Paper) -> list[tuple[str, str]]:
    found = []
    if paper.number is not None:
        found.append(("Number", paper.number))
    if paper.issued_on is not None:
        found.append(("Date", _day(paper.issued_on)))
    if credited := paper.content["credits"]:
        found += [("For invoice", credited["number"]), ("of", _day(date.fromisoformat(credited["issued_on"])))]
    found.append(("Booking", paper.content["booking"]["reference"]))
    return found


def _parties(sheet: _Sheet, content: Json) -> None:
    buyer, stay = content["buyer"], content["booking"]
    left = [buyer["company"], buyer["guest"], buyer["phone"]]
    left += [f"GSTIN {buyer['gstin']}" if buyer["gstin"] else None, buyer["state"]]
    first, last = date.fromisoformat(stay["first"]), date.fromisoformat(stay["last"])
    when = f"{_day(first)} to {_day(last)}" if stay["kind"] == "stay" else _day(first)
    people = f"{stay['people']} guest{'' if stay['people'] == 1 else 's'}"
    right = [when, people, stay["plan"], stay["includes"] and f"With {stay['includes']}"]
    right.append(f"Place of supply: {content['place_of_supply']}" if content["place_of_supply"] else None)
    top = sheet.get_y()
    ends = [_column(sheet, _EDGE, top, "Billed to", left)]
    ends.append(_column(sheet, _EDGE + _HALF, top, "Stay" if stay["kind"] == "stay" else "Table", right))
    sheet.set_xy(_EDGE, max(ends) + 4)


def _column(sheet: _Sheet, left: float, top: float, title: str, rows: Sequence[str | None]) -> float:
    sheet.set_xy(left, top)
    sheet.look(8.5, colour=_FAINT)
    sheet.cell(_HALF, 5, title, new_x=XPos.LEFT, new_y=YPos.NEXT)
    for place, row in enumerate([row for row in rows if row]):
        sheet.look(10.5 if place == 0 else 9.5, bold=place == 0)
        sheet.multi_cell(_HALF - 4, 5.2, row, new_x=XPos.LEFT, new_y=YPos.NEXT, align=Align.L)
    return sheet.get_y()


_COLUMNS: Final = (54.0, 17.0, 15.0, 22.0, 22.0, 26.0, 18.0)
_SIDES: Final = (Align.L, Align.L, Align.R, Align.R, Align.R, Align.R, Align.R)


def _lines(sheet: _Sheet, content: Json) -> None:
    stay = content["booking"]["kind"] == "stay"
    names = ("Service", "SAC", "Nights" if stay else "Covers", "Rate", "Discount", "Taxable value", "GST")
    _heading(sheet, zip(_COLUMNS, names, _SIDES, strict=True))
    for line in content["lines"]:
        sheet.look(9.5)
        sheet.line_of_cells(
            list(
                zip(
                    _COLUMNS,
                    (
                        line["what"],
                        line["sac"],
                        str(line["count"]),
                        _money(line["rate"]),
                        _money(line["discount"]) if line["discount"] else "",
                        _money(line["taxable"]),
                        f"{line['percent']:g} %",
                    ),
                    _SIDES,
                    strict=True,
                )
            )
        )
        if line["first"]:
            sheet.look(8, colour=_FAINT)
            sheet.line_of_cells([(_COLUMNS[0], _nights(line), Align.L)], height=4)
    sheet.ln(4)


def _nights(line: Json) -> str:
    first, last = date.fromisoformat(line["first"]), date.fromisoformat(line["last"])
    return f"Night of {_day(first)}" if first == last else f"Nights of {_day(first)} to {_day(last)}"


def _heading(sheet: _Sheet, cells: Sequence[tuple[float, str, Align]] | zip[tuple[float, str, Align]]) -> None:
    sheet.look(8.5, bold=True, colour=_FAINT)
    sheet.line_of_cells(list(cells), height=7, fill=True)
    sheet.ln(1)


_TAX_COLUMNS: Final = (26.0, 36.0, 28.0, 28.0, 28.0, 28.0)


def _taxes(sheet: _Sheet, content: Json) -> None:
    """The tax, rate by rate, half to the union and half to the state."""
    sides = (Align.L, *[Align.R] * 5)
    names = ("Tax by SAC", "Taxable value", "CGST %", "CGST", "SGST %", "SGST")
    _heading(sheet, zip(_TAX_COLUMNS, names, sides, strict=True))
    for row in content["taxes"]:
        half = f"{row['percent'] / 2:g} %"
        values = (row["sac"], _money(row["taxable"]), half, _money(row["cgst"]), half, _money(row["sgst"]))
        sheet.look(9.5)
        sheet.line_of_cells(list(zip(_TAX_COLUMNS, values, sides, strict=True)))
    sheet.ln(3)


def _sums(sheet: _Sheet, paper: Paper) -> None:
    content = paper.content
    taxable = sum(row["taxable"] for row in content["taxes"])
    rows = [
        ("Taxable value", taxable),
        ("CGST", sum(row["cgst"] for row in content["taxes"])),
        ("SGST", sum(row["sgst"] for row in content["taxes"])),
    ]
    if content["round_off"]:
        rows.append(("Round off", content["round_off"]))
    for name, paise in rows:
        _sum(sheet, name, _money(paise))
    sheet.ln(1)
    sheet.set_x(_EDGE + _HALF)
    sheet.look(12, bold=True)
    sheet.cell(_HALF * 0.5, 9, "Credited" if content["credits"] else "Total", fill=True)
    sheet.cell(
        _HALF * 0.5, 9, f"₹{_money(content['total'])}", align=Align.R, fill=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT
    )
    sheet.ln(1)
    if content["paid"] is not None:
        _sum(sheet, "Paid", _money(content["paid"]))
        _sum(sheet, "Balance", _money(max(content["total"] - content["paid"], 0)))
    sheet.ln(2)
    sheet.look(9.5)
    sheet.multi_cell(_WIDTH, 5.2, content["words"], new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _sum(sheet: _Sheet, name: str, value: str) -> None:
    sheet.set_x(_EDGE + _HALF)
    sheet.look(9.5, colour=_FAINT)
    sheet.cell(_HALF * 0.5, _ROW, name)
    sheet.look(9.5)
    sheet.cell(_HALF * 0.5, _ROW, value, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _foot(sheet: _Sheet, paper: Paper) -> None:
    content = paper.content
    sheet.rule(above=4, below=3)
    rows = [
        content["reason"] and f"Reason: {content['reason']}.",
        content["booking"]["code"] and f"The discount includes the promotion {content['booking']['code']}.",
        "This is no tax invoice: the invoice follows when the booking is paid or at check-out."
        if paper.number is None
        else "Tax is not payable on reverse charge. Issued electronically; valid without a signature.",
    ]
    sheet.look(8.5, colour=_FAINT)
    for row in filter(None, rows):
        sheet.multi_cell(_WIDTH, 4.6, row, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.look(8.5, bold=True, colour=_FAINT)
    sheet.cell(_WIDTH, 9, f"For {content['house']['company']}", align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _money(paise: int) -> str:
    """12,34,567.50, with the minus in front."""
    return format_decimal(paise / 100, format="#,##,##0.00", locale="en_IN")


def _day(day: date) -> str:
    return format_date(day, "d MMM y", locale="en_IN")
