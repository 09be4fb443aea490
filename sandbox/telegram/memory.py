"""What Telegram remembers about one bot and its private chats."""

import time
from dataclasses import dataclass, field

from sandbox.lines import Json
from sandbox.settings import Account


@dataclass(slots=True)
class Bot:
    """A bot: where its updates go, what waits for it, and the chats it has."""

    account: Account
    webhook_url: str = ""
    secret_token: str = ""
    allowed_updates: list[str] = field(default_factory=list)
    commands: list[Json] = field(default_factory=list)
    pending: list[Json] = field(default_factory=list)
    # A new sandbox goes on where the last one must have stopped: an update's number never comes twice.
    next_update_id: int = field(default_factory=lambda: int(time.time()))
    chats: dict[int, dict[int, Json]] = field(default_factory=dict)
    next_message_id: dict[int, int] = field(default_factory=dict)
    line_of: dict[tuple[int, int], int] = field(default_factory=dict)
    callbacks: dict[str, int] = field(default_factory=dict)
    line_of_update: dict[int, int] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    last_error: str = ""
    last_error_date: int = 0

    @property
    def user(self) -> Json:
        """The bot as a Telegram user."""
        return {
            "id": self.account.bot_id,
            "is_bot": True,
            "first_name": self.account.name,
            "username": self.account.telegram_bot_username,
        }

    def owner(self, chat_id: int) -> Json:
        """The person on the other side of a private chat."""
        name = self.account.owner_name if chat_id == self.account.owner_chat_id else f"Staff {chat_id % 1000:03d}"
        return {"id": chat_id, "is_bot": False, "first_name": name, "language_code": "en"}

    def chat(self, chat_id: int) -> Json:
        """The private chat itself."""
        return {"id": chat_id, "type": "private", "first_name": self.owner(chat_id)["first_name"]}

    def new_message(self, chat_id: int, **known: object) -> Json:
        """Write a message into a chat."""
        number = self.next_message_id.get(chat_id, 0) + 1
        self.next_message_id[chat_id] = number
        message: Json = {"message_id": number, "chat": self.chat(chat_id)} | known
        self.chats.setdefault(chat_id, {})[number] = message
        return message

    def take_update_id(self) -> int:
        """Number an update."""
        self.next_update_id += 1
        return self.next_update_id - 1
