"""Who comes: guests, adults, children, and in how many rooms."""

import re
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
_ADJECTIVES: Final = r"(?:(?!people|adult|child|night|room|for|and|in|on|at|to|se|day|week|table|month|tomorrow|today|male|female|of|kin)[a-z]+ ){0,2}"
_AGES: Final = rule(
    r"(?:age|aged|ages|umar|umr)(?: (?:of|is))? \d{1,2}(?:(?: and| ,| &) \d{1,2})*(?: year)?(?: old)?"
    r"|\d{1,2}(?: - \d{1,2})?(?:(?: and| ,) \d{1,2})*(?: -)? year(?: -)?(?: old)?|under \d{1,2}(?= ?$)"
)
_ROOMS: Final = rule(
    rf"(?P<n>\d{{1,3}})(?: x)? {_ADJECTIVES}room(?! (?:number|no) )|room(?: :| is| =| x| count) (?P<m>\d{{1,2}})"
)
_COUPLE_ROOMS: Final = rule(r"couple of room|dono room")
_RANGE: Final = rule(r"(?P<a>\d{1,2}) (?:-|to|or|se|/) (?P<n>\d{1,2}) (?:people|adult|of us|kin)")
_PLUS: Final = rule(r"(?P<a>\d{1,2}) \+ (?P<c>\d{1,2})(?: (?:people|child))?")
_LABELLED: Final = re.compile(r" (?P<unit>adult|child|people)(?: :| -| =| is)? (?P<n>\d{1,2})(?= )")
_COUNTED: Final = re.compile(
    r"(?<= )(?P<n>\d{1,3})(?: (?:more|small|little|young|chote|chhote|choti|other|x|total))* (?P<unit>adult|child|people|male|female|couple|friends|kin|son|daughter)(?! room)(?= )"
)
_PARTY: Final = rule(
    r"(?:family|party|group|team|gang|table|reservation|booking|total|we are|we re|were|we)(?: of| for| is| :| total)* (?P<n>\d{1,3})"
    r"(?! (?:night|room|day|week|month|hour|minute|year|@|oclock|am|pm|:|star|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|/|th))"
    r"|(?P<m>\d{1,3}) (?:of us|in (?:my|our) (?:party|group)|seat|total|in all|me se)|(?P<k>\d{1,3}) people (?:party|group|family)"
)
_FOR: Final = rule(
    r"for (?:only |about |total |us )*(?P<n>\d{1,2})(?! (?:night|room|day|week|month|hour|minute|year|oclock|am|pm|:|star|jan|feb|mar|apr|may|jun"
    r"|jul|aug|sep|oct|nov|dec|/|-|th|tarikh|table|\.|more|to|past))"
)
_ALL_OF_US: Final = rule(
    r"(?P<two>we dono|dono|we couple|couple|2 of us|us 2|husband wife)|(?P<three>we teeno|teeno)|(?P<four>we charo|charo)"
)
_ALONE: Final = rule(
    r"solo|(?:only|for) (?:me|i|myself|us 1)|myself|me only|i only|single (?:people|traveller|traveler|guest)"
)
_ME: Final = r"(?:me|i|my|myself)"
_WITH: Final = rule(
    rf"(?:{_ME}|we)(?: (?:only|am|travelling|traveling|ll|be|coming|come))*(?: (?:and|with|,|\+|or|plus))+ "
    r"(?P<others>(?:(?:my|a|our|his|her|and|with|,|or|plus|\d{1,2}|kin|son|daughter|child|friends|parents|sath|saath) ?)+)"
)
_KIN_AND_I: Final = rule(
    r"(?:my )?(?P<others>(?:\d{1,2} )?(?:kin|friends|son|daughter|parents)) (?:and|or|,) (?:me|i|myself)"
)
_MEMBER: Final = re.compile(r"(?:(?P<n>\d{1,2}) )?(?P<who>kin|friends|son|daughter|child|parents)")


def find_people(board: Board, scene: Scene) -> People:
    """Everyone the message counts."""
    board.take_all(_AGES)
    found = People(rooms=_rooms(board))
    for reader in (_with_me, _ranges, _counted, _party):
        read = reader(board, scene)
        if read is not None:
            return replace(read, rooms=found.rooms)
    return found


def _rooms(board: Board) -> int | None:
    """ "2 deluxe rooms"; the words behind the number stay out of the count of guests."""
    if board.take(_COUPLE_ROOMS):
        return 2
    counts = [int(found["n"] or found["m"]) for found in board.take_all(_ROOMS)]
    counts = [count for count in counts if 0 < count <= _MOST]
    return sum(counts) if counts else None


def _with_me(board: Board, _scene: Scene) -> People | None:
    """ "me and my wife", "main, meri wife aur 2 bachche"."""
    found = board.take(_KIN_AND_I) or _WITH.search(board.text)
    if not found:
        return None
    adults, children = 1, 0
    for member in _MEMBER.finditer(found["others"]):
        count = int(member["n"] or (2 if member["who"] in {"parents", "friends"} else 1))
        if member["who"] in {"son", "daughter", "child"}:
            children += count
        else:
            adults += count
    if adults == 1 and children == 0:
        return None
    if found.re is _WITH:
        board.replace(found)
    return _sum(adults, children) if children else People(guests=adults)


def _sum(adults: int | None, children: int | None) -> People:
    """Guests are adults and children together, once the adults are known."""
    guests = None if adults is None else adults + (children or 0)
    return People(guests=guests, adults=adults, children=children)


def _ranges(board: Board, scene: Scene) -> People | None:
    """ "5-7 people" is seven to be safe, read back; "2+1" is two adults and a child."""
    if found := board.take(_RANGE):
        return People(guests=int(found["n"]), unsure=True)
    found = _PLUS.search(board.text)
    if found and (scene.asked in {"guests", "party"} or found[0].endswith(("people", "child")) or scene.kind == "stay"):
        board.replace(found)
        return _sum(int(found["a"]), int(found["c"]))
    return None


def _counted(board: Board, scene: Scene) -> People | None:
    """ "2 adults 1 kid" and "adults: 2, children: 1"."""
    labelled, counted = _LABELLED.search(board.text), _COUNTED.search(board.text)
    if labelled and (counted is None or labelled.start() < counted.start()):
        return _tally(board, _LABELLED)
    if counted is None:
        return None
    made = _tally(board, _COUNTED)
    if made.children is not None and made.guests is None:
        return _adults_beside(board, made, scene)
    return made


def _adults_beside(board: Board, made: People, scene: Scene) -> People:
    """ "we are 2 with 1 kid": the number without a word is the adults."""
    beside = _party(board, scene)
    if beside and beside.guests:
        return _sum(beside.guests, made.children)
    return made


def _tally(board: Board, pattern: re.Pattern[str]) -> People:
    """The counts by kind, added up."""
    counts: dict[str, int] = {}
    for found in pattern.finditer(board.text):
        unit = {"son": "child", "daughter": "child"}.get(found["unit"], found["unit"])
        counts[unit] = counts.get(unit, 0) + min(int(found["n"]), _MOST)
    board.text = pattern.sub(" ~" if pattern is _LABELLED else "~", board.text)
    others = sum(counts.get(kind, 0) for kind in ("male", "female", "friends", "kin")) + 2 * counts.get("couple", 0)
    adults = counts.get("adult")
    if others:
        adults = (adults or 0) + others
    people, children = counts.get("people"), counts.get("child")
    if people is not None and adults is None:
        return (
            People(guests=people, adults=people - children, children=children)
            if children and children < people and _is_including(board)
            else People(guests=people + (children or 0), adults=people if children else None, children=children)
        )
    if people is not None and adults is not None:
        return People(guests=people, adults=adults, children=children)
    if others and children is None and "adult" not in counts:
        return People(guests=adults)
    return _sum(adults, children)


def _is_including(board: Board) -> bool:
    return " including " in board.text or " incl " in board.text


def _party(board: Board, scene: Scene) -> People | None:
    """ "family of 4", "table for two", "hum dono", "just me"."""
    if found := board.take(_PARTY):
        return _guests(int(found["n"] or found["m"] or found["k"]))
    if scene.kind != "" or " for " in board.text:
        if found := board.take(_FOR):
            return _guests(int(found["n"]))
    if found := board.take(_ALL_OF_US):
        return People(guests=2 if found["two"] else 3 if found["three"] else 4)
    return People(guests=1) if board.take(_ALONE) else None


def _guests(count: int) -> People | None:
    return People(guests=count) if 0 < count <= _MOST else None
