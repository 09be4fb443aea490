"""Connecting an account to its providers: its keys, sealed, and the numbers and bots it answers."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.log import get_logger
from core.owners.link import hash_of
from core.settings import Settings, load
from core.unit_of_work import unit_of_work
from jobs.sentences import Refusal
from models.account import Account, AppUser, Credential, Line, LinkCode, Membership
from models.states import Channel, Provider, Role
from providers.gateways import ONLINE
from providers.house import House, open_house
from providers.vault import Vault

log = get_logger()

CODE_LIVES: Final = timedelta(minutes=30)
_ADVISORY_KEY: Final = 7_316_153


class DltGiven(BaseModel):
    """What India's operators know of the house: who writes, under which header, and the numbers of its texts."""

    model_config = ConfigDict(extra="forbid")

    entity_id: str = Field(pattern=r"^[0-9]{5,30}$")
    header: str = Field(pattern=r"^[A-Za-z0-9]{3,11}$")
    templates: dict[str, str] = Field(default_factory=dict)


class TwilioGiven(BaseModel):
    """An account's Twilio keys and numbers."""

    model_config = ConfigDict(extra="forbid")

    account_sid: str
    auth_token: str
    auth_token_next: str = ""
    whatsapp_from: str = ""
    sms_from: str = ""
    dlt: DltGiven | None = None


class WhatsAppCloudGiven(BaseModel):
    """An account's WhatsApp number straight from Meta."""

    model_config = ConfigDict(extra="forbid")

    token: str
    phone_number_id: str = Field(pattern=r"^[0-9]{5,30}$")
    business_account_id: str = Field("", pattern=r"^([0-9]{5,30})?$")
    app_secret: str
    app_secret_next: str = ""
    verify_token: str


class TelegramGiven(BaseModel):
    """An account's bot."""

    model_config = ConfigDict(extra="forbid")

    bot_token: str
    webhook_secret: str


class RazorpayGiven(BaseModel):
    """An account's payment gateway."""

    model_config = ConfigDict(extra="forbid")

    key_id: str
    key_secret: str
    webhook_secret: str


class Given(BaseModel):
    """What an account is connected with; what is left out stays as it was."""

    model_config = ConfigDict(extra="forbid")

    twilio: TwilioGiven | None = None
    whatsapp_cloud: WhatsAppCloudGiven | None = None
    telegram: TelegramGiven | None = None
    razorpay: RazorpayGiven | None = None


def fill_first_account(session: Session, settings: Settings, *, now: datetime) -> int:
    """Give the environment's keys to the first account, made when there is none; the same again changes nothing."""
    session.execute(select(func.pg_advisory_xact_lock(_ADVISORY_KEY)))
    account = session.scalar(select(Account).order_by(Account.id).limit(1))
    if account is None:
        account = Account(slug="first", name="My business", created_at=now)
        session.add(account)
        session.flush()
    connect(session, account.id, given_in(settings), Vault(settings.secret("atithi_secret_key")), now=now)
    note_gateways(session)
    return account.id


def note_gateways(session: Session) -> None:
    """Write down which accounts can take money online: the others ask for none in advance."""
    connected = select(Credential.id).where(
        Credential.account_id == Account.id, Credential.provider.in_(ONLINE), Credential.name == "key_id"
    )
    takes = connected.exists()
    session.execute(
        update(Account).where(Account.takes_online.is_distinct_from(takes)).values(takes_online=takes),
        execution_options={"synchronize_session": False},
    )


def given_in(settings: Settings) -> Given:
    """The keys the environment holds (settings are whole or absent for each provider)."""
    twilio = whatsapp_cloud = telegram = razorpay = None
    if settings.twilio_account_sid:
        twilio = TwilioGiven(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token.get_secret_value(),
            auth_token_next=settings.twilio_auth_token_next.get_secret_value(),
            whatsapp_from=settings.twilio_whatsapp_from,
            sms_from=settings.twilio_sms_from,
        )
    if settings.whatsapp_cloud_phone_number_id:
        whatsapp_cloud = WhatsAppCloudGiven(
            token=settings.whatsapp_cloud_token.get_secret_value(),
            phone_number_id=settings.whatsapp_cloud_phone_number_id,
            business_account_id=settings.whatsapp_cloud_business_account_id,
            app_secret=settings.whatsapp_cloud_app_secret.get_secret_value(),
            app_secret_next=settings.whatsapp_cloud_app_secret_next.get_secret_value(),
            verify_token=settings.whatsapp_cloud_verify_token.get_secret_value(),
        )
    if settings.telegram_bot_token.get_secret_value():
        telegram = TelegramGiven(
            bot_token=settings.telegram_bot_token.get_secret_value(),
            webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        )
    if settings.razorpay_key_id:
        razorpay = RazorpayGiven(
            key_id=settings.razorpay_key_id,
            key_secret=settings.razorpay_key_secret.get_secret_value(),
            webhook_secret=settings.razorpay_webhook_secret.get_secret_value(),
        )
    return Given(twilio=twilio, whatsapp_cloud=whatsapp_cloud, telegram=telegram, razorpay=razorpay)


def connect(session: Session, account_id: int, given: Given, vault: Vault, *, now: datetime) -> None:
    """Seal the keys and open the lines they bring."""
    if given.twilio is not None:
        keys = given.twilio.model_dump(include={"account_sid", "auth_token", "auth_token_next"})
        _keep_keys(session, account_id, Provider.TWILIO, keys, vault, now=now)
        if given.twilio.whatsapp_from:
            address = "whatsapp:" + given.twilio.whatsapp_from.removeprefix("whatsapp:")
            _open_line(session, account_id, Provider.TWILIO, Channel.WHATSAPP, address)
        if given.twilio.sms_from:
            _open_line(session, account_id, Provider.TWILIO, Channel.SMS, given.twilio.sms_from)
        if given.twilio.dlt is not None:
            _note_dlt(session, account_id, given.twilio.dlt)
    if given.whatsapp_cloud is not None:
        keys = given.whatsapp_cloud.model_dump(exclude={"phone_number_id"})
        _keep_keys(session, account_id, Provider.META, keys, vault, now=now)
        _open_line(session, account_id, Provider.META, Channel.WHATSAPP, given.whatsapp_cloud.phone_number_id)
    if given.telegram is not None:
        _keep_keys(session, account_id, Provider.TELEGRAM, given.telegram.model_dump(), vault, now=now)
        bot_id = given.telegram.bot_token.partition(":")[0]
        _open_line(session, account_id, Provider.TELEGRAM, Channel.TELEGRAM, bot_id)
    if given.razorpay is not None:
        _keep_keys(session, account_id, Provider.RAZORPAY, given.razorpay.model_dump(), vault, now=now)
        session.execute(
            update(Account).where(Account.id == account_id, ~Account.takes_online).values(takes_online=True)
        )


def make_link_code(session: Session, email: str, *, now: datetime) -> str:
    """A code with which this person ties a chat to themselves, once, within half an hour."""
    found = session.execute(
        select(AppUser.id, Membership.account_id)
        .join(Membership, Membership.user_id == AppUser.id)
        .where(AppUser.email == email.strip().lower(), Membership.role.in_((Role.STAFF, Role.OWNER, Role.ADMIN)))
        .order_by(Membership.id)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise Refusal(f"Nobody who runs a property signs in as {email}.")
    code = secrets.token_hex(4).upper()
    session.add(
        LinkCode(
            account_id=found.account_id,
            user_id=found.id,
            code_hash=hash_of(code),
            created_at=now,
            expires_at=now + CODE_LIVES,
        )
    )
    return code


def connect_command(
    slug: Annotated[str, typer.Argument(help="The account, as `atithi account connect` without it lists them.")],
    file: Annotated[
        Path | None, typer.Option("--in", help="JSON with twilio, whatsapp_cloud, telegram, razorpay; else from input.")
    ] = None,
) -> None:
    """Connect an account to its providers with keys from a JSON file (or from standard input)."""
    given = Given.model_validate_json((file.read_text() if file else sys.stdin.read()) or "{}")
    with _house() as house, unit_of_work(house.engine) as session:
        account = session.scalar(select(Account).where(Account.slug == slug))
        if account is None:
            known = ", ".join(session.scalars(select(Account.slug).order_by(Account.id))) or "none yet"
            raise Refusal(f"There is no account {slug}. Known: {known}.")
        vault = Vault(house.settings.secret("atithi_secret_key"))
        connect(session, account.id, given, vault, now=house.clock.now())
    print(f"{slug} is connected.")


def owner_code_command(
    email: Annotated[str, typer.Argument(help="Of somebody who runs a property here.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Print a one-time code that ties an owner's Telegram chat to this person."""
    with _house() as house, unit_of_work(house.engine) as session:
        code = make_link_code(session, email, now=house.clock.now())
    if as_json:
        print(json.dumps({"code": code}))
    else:
        print(f"In Telegram, send your desk's bot: /start {code}   (within {CODE_LIVES.seconds // 60} minutes)")


@contextmanager
def _house() -> Iterator[House]:
    house = open_house(load())
    try:
        yield house
    finally:
        house.close()


def _keep_keys(
    session: Session, account_id: int, provider: Provider, keys: Mapping[str, Any], vault: Vault, *, now: datetime
) -> None:
    kept = {
        row.name: row
        for row in session.scalars(
            select(Credential).where(Credential.account_id == account_id, Credential.provider == provider)
        )
    }
    for name, value in keys.items():
        row = kept.get(name)
        if row is None:
            fresh = Credential(account_id=account_id, provider=provider, name=name)
            fresh.ciphertext, fresh.changed_at = vault.seal(value), now
            session.add(fresh)
        elif vault.open(row.ciphertext) != value:
            row.ciphertext, row.changed_at = vault.seal(value), now
    session.flush()


def _open_line(session: Session, account_id: int, provider: Provider, channel: Channel, address: str) -> None:
    row = insert(Line).values(account_id=account_id, provider=provider, channel=channel, address=address)
    session.execute(row.on_conflict_do_nothing(index_elements=["provider", "address"]))
    owner = session.scalar(select(Line.account_id).where(Line.provider == provider, Line.address == address))
    if owner != account_id:
        raise Refusal(f"{address} already belongs to another account of this installation.")


def _note_dlt(session: Session, account_id: int, given: DltGiven) -> None:
    """Every SMS line of the account goes by it."""
    mine = select(Line).where(Line.account_id == account_id, Line.channel == Channel.SMS)
    for line in session.scalars(mine):
        line.settings = {**line.settings, "dlt": given.model_dump()}
