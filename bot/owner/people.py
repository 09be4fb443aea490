"""Orders about those who run the place, and about what they want to hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Final
from urllib.parse import quote

from sqlalchemy import select

from bot.owner.counter import Choose, Counter, Doer, Halt, Plan, Planner, Shower, Undoer
from bot.owner.order import Order
from core.messaging.handoff import release_from
from core.owners import acts, team
from core.owners.alerts import ALERTS, Wants, set_wants, wants_of
from models.account import AppUser
from models.base import Json
from models.owners import OwnerAct
from models.states import ActState, Role


def show_staff(counter: Counter, _order: Order) -> None:
    """Who runs what, and whose chat is linked."""
    lines = [
        f"• {each.name}: {', '.join(sorted({role.value for role in each.roles}))}{'' if each.is_linked else ' ✉'}"
        for each in team.team(counter.session, counter.account_id)
    ]
    counter.say("owner_team", {"lines": "\n".join(lines)})


def plan_invite(counter: Counter, order: Order) -> Plan:
    """A one-time code for somebody new."""
    if not order.name and not order.text:
        raise Halt("owner_need_name")
    role = Role(order.role or "staff")
    houses = [house for target in order.of_kind("house") for house in target.ids]
    where = houses[0] if len(houses) == 1 else None
    counter.require(Role.OWNER if role is Role.STAFF else role, where)
    name = (order.name or (order.text or "").partition("@")[0]).title()
    args: Json = {"name": name, "email": order.text, "role": role.value, "house": where}
    facts = {"name": name, "what": counter.words(f"owner_role_{role.value}"), "property": _house_name(counter, where)}
    return Plan("invite", args, counter.words("effect_invite", facts), where, role=Role.OWNER, sure=True)


def do_invite(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """The code is told here; who sends it from their own chat is in."""
    made = team.invite(
        counter.session,
        account_id=counter.account_id,
        name=args["name"],
        email=args["email"],
        role=Role(args["role"]),
        property_id=args["house"],
        now=counter.now,
    )
    link = made.whatsapp and f"https://wa.me/{made.whatsapp}?text={quote(f'start {made.code}')}"
    counter.say("owner_invited", {"name": args["name"], "code": made.code, "link": link})
    return {"how": "uninvite", "user": made.user_id}


def undo_invite(counter: Counter, undo: Json) -> None:
    """Nobody was invited."""
    team.remove(counter.session, account_id=counter.account_id, user_id=undo["user"], now=counter.now)


def plan_remove(counter: Counter, order: Order) -> Plan:
    """Somebody no longer works here."""
    counter.require(Role.OWNER, None)
    user = _colleague(counter, order)
    args: Json = {"user": user.id, "name": user.name}
    return Plan("remove", args, counter.words("effect_remove", {"name": user.name}), role=Role.OWNER)


def do_remove(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """Out, now: rights, chats, and the guests they were answering go to the others."""
    held = team.remove(counter.session, account_id=counter.account_id, user_id=args["user"], now=counter.now)
    release_from(counter.session, args["user"], now=counter.now)
    roles = [[where, role.value] for where, role in held]
    return {"how": "readmit", "user": args["user"], "roles": roles, "at": counter.now.isoformat()}


def undo_remove(counter: Counter, undo: Json) -> None:
    """They work here after all."""
    team.put_back(
        counter.session,
        account_id=counter.account_id,
        user_id=undo["user"],
        roles=[(where, Role(role)) for where, role in undo["roles"]],
        removed_at=datetime.fromisoformat(undo["at"]),
        now=counter.now,
    )


def plan_role(counter: Counter, order: Order) -> Plan:
    """Another role for somebody."""
    counter.require(Role.OWNER, None)
    if order.role is None:
        raise Halt("owner_need_role")
    user = _colleague(counter, order)
    args: Json = {"user": user.id, "role": order.role}
    facts = {"name": user.name, "what": counter.words(f"owner_role_{order.role}")}
    return Plan(
        "role", args, counter.words("effect_role", facts), role=Role(order.role if order.role == "admin" else "owner")
    )


def do_role(counter: Counter, args: Json, _act: OwnerAct) -> Json | None:
    """From the next order on."""
    before = team.set_role(
        counter.session, account_id=counter.account_id, user_id=args["user"], role=Role(args["role"])
    )
    return {"how": "role", "user": args["user"], "role": before.value}


def undo_role(counter: Counter, undo: Json) -> None:
    """The role of before."""
    team.set_role(counter.session, account_id=counter.account_id, user_id=undo["user"], role=Role(undo["role"]))


def mute(counter: Counter, order: Order) -> None:
    """Hear less."""
    _set_muted(counter, order, off=True)


def unmute(counter: Counter, order: Order) -> None:
    """Hear it again."""
    _set_muted(counter, order, off=False)


def _set_muted(counter: Counter, order: Order, *, off: bool) -> None:
    wants = _wants(counter)
    meant = set(ALERTS) if order.topic == "all" else {order.topic or ""}
    muted = wants.muted | meant if off else wants.muted - meant
    _keep(counter, replace(wants, muted=frozenset(muted)))


def quiet(counter: Counter, order: Order) -> None:
    """From when to when only urgent things come."""
    wants = _wants(counter)
    if order.text == "off":
        _keep(counter, replace(wants, quiet_from=None, quiet_until=None))
        return
    hours = (order.text or "").split()
    if len(hours) != 2:  # noqa: PLR2004 - from and until
        raise Halt("owner_need_hours")
    _keep(counter, replace(wants, quiet_from=_hour(hours[0]), quiet_until=_hour(hours[1])))


def digest(counter: Counter, order: Order) -> None:
    """When the day's summary comes."""
    if order.text is None:
        raise Halt("owner_need_hours")
    wants = _wants(counter)
    _keep(counter, replace(wants, digest_at=_hour(order.text), muted=wants.muted - {"digest"}))


def language(counter: Counter, order: Order) -> None:
    """In which language this chat is answered."""
    if order.language is None:
        raise Halt("owner_need_language")
    user = counter.session.get_one(AppUser, counter.person.user_id)
    before = user.language
    user.language = order.language
    counter.person = replace(counter.person, language=order.language)
    counter.say("owner_language")
    _write_down(counter, "language", {"how": "language", "language": before})


def _wants(counter: Counter) -> Wants:
    return wants_of(counter.session, counter.account_id, [counter.person.user_id])[counter.person.user_id]


def undo_language(counter: Counter, undo: Json) -> None:
    """The language of before."""
    counter.session.get_one(AppUser, counter.person.user_id).language = undo["language"]
    counter.person = replace(counter.person, language=undo["language"])


def undo_wants(counter: Counter, undo: Json) -> None:
    """What was wanted before."""
    set_wants(
        counter.session,
        counter.account_id,
        counter.person.user_id,
        Wants(
            frozenset(undo["muted"]),
            time.fromisoformat(undo["digest"]),
            undo["from"] and time.fromisoformat(undo["from"]),
            undo["until"] and time.fromisoformat(undo["until"]),
        ),
    )


def _write_down(counter: Counter, kind: str, undo: Json) -> None:
    """A wish of one's own is done at once; written down so that undo takes back this and nothing older."""
    act = acts.write_down(
        counter.session,
        counter.where,
        kind=kind,
        words=counter.heard.text,
        order={},
        now=counter.now,
        effect=counter.heard.text or kind,
    )
    acts.close(counter.session, act, ActState.DONE, now=counter.now, undo=undo)


def _keep(counter: Counter, wants: Wants) -> None:
    before = _wants(counter)
    undo: Json = {
        "how": "wants",
        "muted": sorted(before.muted),
        "digest": before.digest_at.isoformat(),
        "from": before.quiet_from and before.quiet_from.isoformat(),
        "until": before.quiet_until and before.quiet_until.isoformat(),
    }
    _write_down(counter, "wants", undo)
    set_wants(counter.session, counter.account_id, counter.person.user_id, wants)
    between = wants.quiet_from and wants.quiet_until and f"{wants.quiet_from:%H:%M}–{wants.quiet_until:%H:%M}"
    counter.say(
        "owner_wants",
        {"names": sorted(wants.muted), "time": f"{wants.digest_at:%H:%M}", "hours": between},
    )


def _hour(said: str) -> time:
    hours, _, minutes = said.partition(":")
    try:
        return time(int(hours) % 24, int(minutes or 0))
    except ValueError as wrong:
        raise Halt("owner_need_hours") from wrong


def _colleague(counter: Counter, order: Order) -> AppUser:
    known = {each.user_id: each.name for each in team.team(counter.session, counter.account_id)}
    named = [user for target in order.of_kind("staff") for user in target.ids if user in known]
    if not named and order.name:
        named = [user for user, name in known.items() if order.name.casefold() in name.casefold()]
    if not named:
        raise Halt("owner_not_found", {"what": order.name})
    if len(set(named)) > 1:
        raise Choose("owner_which_one", [(known[user], _only(order, user)) for user in named[:9]])
    if named[0] == counter.person.user_id:
        raise Halt("owner_not_yourself")
    return counter.session.scalars(select(AppUser).where(AppUser.id == named[0])).one()


def _only(order: Order, user: int) -> Json:
    return {**order.to_json(), "targets": [{"kind": "staff", "said": "", "ids": [user]}], "name": None}


def _house_name(counter: Counter, where: int | None) -> str | None:
    return None if where is None else counter.house(where).name


PLANS: Final[dict[str, Planner]] = {"invite": plan_invite, "remove": plan_remove, "role": plan_role}
DOES: Final[dict[str, Doer]] = {"invite": do_invite, "remove": do_remove, "role": do_role}
UNDOES: Final[dict[str, Undoer]] = {
    "uninvite": undo_invite,
    "readmit": undo_remove,
    "role": undo_role,
    "language": undo_language,
    "wants": undo_wants,
}
SHOWS: Final[dict[str, Shower]] = {
    "staff": show_staff,
    "mute": mute,
    "unmute": unmute,
    "quiet": quiet,
    "digest": digest,
    "language": language,
}
