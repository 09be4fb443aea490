"""Who comes: guests, adults, children, and in how many rooms."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.dates.board import Board, Scene, rule


@dataclass(frozen=True, slots=True)
class People:
    """The party as said; `guests` is the sum when adults and children are told apart."""

    guests: int | None = None
    adults: int | None = None
    children: int | None = None
    rooms: int | None = None
    unsure: bool = False


_MOST: Final = 500
_NO_ADJECTIVE: Final = (
    "people|adult|child|night|room|for|and|in|on|at|to|se|day|week|table|month|tomorrow|today|male|female|of|kin|star"
    "|with"
)
_ADJECTIVES: Final = rf"(?:(?!(?:{_NO_ADJECTIVE}) )[a-z]+ ){{0,2}}"
_NOT_HEADS: Final = (
    r"(?! (?:night|room|day|week|month|hour|minute|year|oclock|am|pm|:|star"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|/|-|th|tarikh|table|more|to|past|of|%))"
)
_AGES: Final = rule(
    r"(?:age|aged|ages|umar|umr)(?: (?:of|is))? \d{1,2}(?:(?: and| ,| &) \d{1,2})*(?: year)?(?: old)?"
    r"|\d{1,2}(?: - \d{1,2})?(?:(?: and| ,) \d{1,2})*(?: -)? year(?: -)?(?: old)?"
)
_AGE: Final = r"(?:1[0-7]|\d)(?!\d)"
_AGED_CHILDREN: Final = rule(
    r"(?:(?P<n>\d{1,2}) )?(?:child|son|daughter)(?: -| :)?(?: (?:aged|age|ages|umar|umr|of))?(?: of| is)? "
    rf"(?P<ages>{_AGE}(?:(?: ,| and| &| aur)+ {_AGE})+|(?<=aged ){_AGE}|(?<=age ){_AGE}|(?<=umar ){_AGE}"
    rf"|{_AGE}(?= year))(?: year)?(?: old)?(?! (?:room|night|people|adult|to|oclock|am|pm"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
)
_AGED_CHILD: Final = rule(r"(?:a|1|my|our) \d{1,2} year old")
_SMALL_CHILD: Final = re.compile(r"(?<=\d )(?:small|little|young|ch?h?ot[aei]|छोट[ीाे]) (?=child|son|daughter)")
_ROOMS: Final = rule(
    rf"(?P<n>\d{{1,3}})(?: x)? {_ADJECTIVES}room(?! (?:number|no) )|room(?: :| is| =| x| count) (?P<m>\d{{1,2}})"
    r"|(?P<l>\d{1,2}) (?:double|single|twin|king|queen|डबल|सिंगल) (?:bed|बेड) (?:[a-z\u0900-\u097f]+ )?room"
    r"|(?<=room and )(?P<o>\d{1,2}) (?:twin|single|double|triple|deluxe|suite|king|queen|standard)(?! (?:bed|people))"
    r"|room (?P<k>\d{1,2}) (?:chahiye|chahie|needed|required|lena)"
)
_TWO_ROOMS: Final = rule(r"couple of room|dono room")
_RANGE: Final = rule(r"(?P<a>\d{1,2}) (?:-|to|or|se|/) (?P<n>\d{1,2}) (?:people|adult|of us|kin)")
_ASKED_RANGE: Final = rule(r"(?P<a>\d{1,2}) (?:-|to|or|se|/) (?P<n>\d{1,2})")
_SHORT: Final = rule(r"(?P<a>\d{1,2}) a (?P<c>\d{1,2}) c")
_PLUS: Final = rule(r"(?P<a>\d{1,2}) \+ (?P<c>\d{1,2})(?: (?:people|child))?")
_LABELLED: Final = re.compile(
    r"(?<= )(?P<unit>adult|child|people)(?:(?: :| -| =| is)?|(?: [a-z]+){0,3} (?:is|:)) (?P<n>\d{1,2})"
    r"(?= )(?! (?:night|:|am|pm))"
)
_COUNTED: Final = re.compile(
    r"(?<= )(?P<n>\d{1,3})(?: (?:more|small|little|young|chote|chhote|choti|chota|chhota|chhoti|छोटी|छोटा|छोटे|other|x"
    r"|total))* "
    r"(?P<unit>people|(?:adult|child|male|female|couple|friends|kin|son|daughter)(?! room))(?= )"
)
_PARTY: Final = rule(
    rf"(?:family|party|group|team|gang|table|total|we are|we re|we r|v r|were|we)(?: of| for| is| :| total| only)* "
    rf"(?P<n>\d{{1,3}}){_NOT_HEADS}"
    r"|(?P<m>\d{1,3}) (?:of us|of you|coming|together|seat|total|in all|me se|in (?:my|our) (?:party|group))"
    r"|all (?P<k>\d{1,3}) together"
)
_FAMILY: Final = rule(r"(?:family|group|party|total)(?: of| :)* (?P<n>\d{1,2})(?! child)")
_COUNTED_CHILD: Final = re.compile(r"\d child ")
_FOR: Final = rule(rf"for (?:only |about |total |us |all )*(?P<n>\d{{1,2}}){_NOT_HEADS}")
_FOR_ONE: Final = rule(
    r"(?:table|room|seat|hotel|book(?:ing)?|reservation) (?:[a-z]+ ){0,3}for one|only one|for only one"
)
_ALL_OF_US: Final = rule(
    r"(?P<two>we dono|dono|we couple|couple|us 2|husband wife)|(?P<three>we teeno|teeno)|(?P<four>we charo|charo)"
)
_ALONE: Final = rule(
    r"solo|only (?:for )?(?:me|i|myself)(?! (?:need|want|know))|(?:for|by) myself|(?:for )?me only"
    r"|single (?:people|traveller|traveler)"
)
_ONLY_ME: Final = re.compile(r"^ (?:only )?(?:me|i|myself) (?:[.!] )?$")
_WITH: Final = rule(
    r"(?:(?:me|i|my|myself|we)(?: (?:only|am|travelling|traveling|ll|be|coming|come))*(?: (?:and|with|,|\+|or|plus))+ "
    r"|with (?=(?:my |a )?(?:kin|parents) ))"
    r"(?P<others>(?:(?:my|a|our|his|her|and|with|,|or|plus|\d{1,2}|kin|son|daughter|child|friends|parents) )*"
    r"(?:kin|son|daughter|child|friends|parents))"
)
_KIN_AND_I: Final = rule(
    r"(?:my )?(?P<others>(?:\d{1,2} )?(?:kin|friends|son|daughter|parents)) (?:(?:and|or|,) (?:me|i|myself)|with)"
)
_KIN_PAIR: Final = rule(
    r"(?P<others>kin (?:and |, |\+ )?kin(?: (?:and|,|with|\+) (?:\d )?(?:child|son|daughter))?)(?P<me> and (?:i|me))?"
)
_MEMBER: Final = re.compile(r"(?:(?P<n>\d{1,2}) )?(?P<who>kin|friends|son|daughter|child|parents)")
_USUAL: Final = {"parents": 2, "friends": 0}  # "with friends" does not say how many
_YOUNG: Final = frozenset({"son", "daughter", "child"})


def find_ages(board: Board) -> tuple[int, ...]:
    """How old the children are; so many children are left on the board: "kids 4 and 9" are two."""
    found = _AGED_CHILDREN.search(board.text)
    if found is None:
        return ()
    ages = tuple(int(age) for age in re.findall(r"\d{1,2}", found["ages"]))
    if found["n"] and int(found["n"]) < len(ages):
        return ()
    board.replace(found, f"{found['n'] or len(ages)} child")
    return ages


def find_people(board: Board, scene: Scene) -> People:
    """Everyone the message counts."""
    board.text = _SMALL_CHILD.sub("", _AGED_CHILD.sub("1 child", board.text))
    board.take_all(_AGES)
    rooms = _rooms(board)
    readers: tuple[Callable[[Board, Scene], People | None], ...] = (_with_me, _ranges, _counted, _party)
    found = next((read for reader in readers if (read := reader(board, scene))), People())
    return replace(found, rooms=rooms)


def _rooms(board: Board) -> int | None:
    """Two deluxe rooms are two rooms; what stands behind the number is not a guest."""
    if board.take(_TWO_ROOMS):
        return 2
    counts = [
        int(found["n"] or found["m"] or found["k"] or found["l"] or found["o"]) for found in board.take_all(_ROOMS)
    ]
    return sum(count for count in counts if count <= _MOST) or None


def _with_me(board: Board, _scene: Scene) -> People | None:
    """Me and my wife; main, meri wife aur 2 bachche."""
    pair = _KIN_PAIR.search(board.text)
    found = pair if pair and pair["me"] else _KIN_AND_I.search(board.text) or _WITH.search(board.text) or pair
    if not found:
        return None
    who: Counter[str] = Counter()
    for member in _MEMBER.finditer(found["others"]):
        kind = "children" if member["who"] in _YOUNG else "adults"
        who[kind] += int(member["n"] or _USUAL.get(member["who"], 1))
    if not who.total():
        return None
    board.replace(found)
    adults = who["adults"] + (found.re is not _KIN_PAIR or found["me"] is not None)
    return _sum(adults, who["children"]) if who["children"] else People(guests=adults)


def _sum(adults: int | None, children: int | None) -> People:
    """Guests are adults and children together, once the adults are known."""
    guests = None if adults is None else adults + (children or 0)
    return People(guests=guests, adults=adults, children=children)


def _ranges(board: Board, scene: Scene) -> People | None:
    """5-7 people are seven to be safe, read back; "2+1" is two adults and a child."""
    asked = scene.asked in {"guests", "party"}
    if found := board.take(_RANGE) or (board.take(_ASKED_RANGE) if asked else None):
        return People(guests=max(int(found["a"]), int(found["n"])), unsure=True)
    if found := board.take(_SHORT):
        return _sum(int(found["a"]), int(found["c"]))
    found = _PLUS.search(board.text)
    if found and (asked or scene.kind == "stay" or found[0].endswith(("people", "child"))):
        board.replace(found)
        return _sum(int(found["a"]), int(found["c"]))
    return None


def _counted(board: Board, scene: Scene) -> People | None:
    """Counts by kind, before the words or behind them: "2 adults 1 kid", "adults: 2, children: 1"."""
    labelled, counted = _LABELLED.search(board.text), _COUNTED.search(board.text)
    if labelled and (counted is None or labelled.start() < counted.start()):
        return _added_up(board, _LABELLED)
    if counted is None:
        return None
    family = board.take(_FAMILY) if _COUNTED_CHILD.search(board.text) else None
    made = _added_up(board, _COUNTED)
    if made.children is None or made.guests is not None:
        return made
    if family and int(family["n"]) > made.children:  # "family of 4 with 2 kids"
        return _sum(int(family["n"]) - made.children, made.children)
    beside = _party(board, scene)  # "we are 2 with 1 kid"
    return _sum(beside.guests, made.children) if beside and beside.guests else made


def _added_up(board: Board, pattern: re.Pattern[str]) -> People:
    """The counts of one message, added up."""
    counts: Counter[str] = Counter()
    for found in board.take_all(pattern):
        counts["child" if found["unit"] in _YOUNG else found["unit"]] += min(int(found["n"]), _MOST)
    others = counts["male"] + counts["female"] + counts["friends"] + counts["kin"] + 2 * counts["couple"]
    adults = counts["adult"] + others if "adult" in counts or others else None
    children = counts.get("child")
    if "people" not in counts:
        return _sum(adults, children) if "adult" in counts or children is not None else People(guests=adults)
    people = counts["people"]
    if adults is not None:
        return People(guests=people, adults=adults, children=children)
    if children is None:
        return People(guests=people)
    including = " including " in board.text or " incl " in board.text
    return _sum(people - children, children) if including and children < people else _sum(people, children)


def _party(board: Board, scene: Scene) -> People | None:
    """Family of 4, table for two, hum dono, just me."""
    if found := board.take(_PARTY):
        return _guests(found["n"] or found["m"] or found["k"])
    if found := board.take(_FOR):
        return _guests(found["n"])
    if found := board.take(_ALL_OF_US):
        return People(guests=2 if found["two"] else 3 if found["three"] else 4)
    if scene.asked in {"guests", "party"} and board.has(_ONLY_ME):
        return People(guests=1)
    return People(guests=1) if board.take(_ALONE) or (scene.kind and board.take(_FOR_ONE)) else None


def _guests(count: str) -> People | None:
    return People(guests=int(count)) if 0 < int(count) <= _MOST else None
