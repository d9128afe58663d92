"""The chats behind the server: people who write, and what the bot did. Times are real, ids are counted."""

import dataclasses
import itertools
import threading
import time
from typing import Any

from tests.botapi.errors import bad, blocked, migrated

CALLBACK_LIFE = 150  # seconds, as Telegram keeps a tap


@dataclasses.dataclass
class Tap:
    at: float
    answered: bool = False


class World:
    """Everything that the server knows; safe to be used from the test's thread."""

    def __init__(self, first_update: int = 1000) -> None:
        self.lock = threading.RLock()
        self.updates: list[dict] = []
        self.messages: dict[tuple[int, int], dict] = {}
        self.sent: list[dict] = []  # what the bot sent, in order, also what it then edited or deleted
        self.deleted: list[tuple[int, int]] = []
        self.taps: dict[str, Tap] = {}
        self.files: dict[str, bytes] = {}
        self.calls: list[tuple[str, dict]] = []
        self.keyboards: dict[tuple[int, int], dict] = {}  # in place of the letters
        self.blocked: set[int] = set()
        self.moved: dict[int, int] = {}  # groups that became supergroups
        self._update = itertools.count(first_update)
        self._message = itertools.count(1)
        self._name = itertools.count(1)

    # -- people

    def _person(self, chat_id: int) -> dict:
        return {"id": chat_id, "is_bot": False, "first_name": f"Test {chat_id}", "language_code": "zh-hans"}

    def _chat(self, chat_id: int) -> dict:
        if chat_id < 0:
            return {"id": chat_id, "type": "group", "title": "Test group"}
        return {"id": chat_id, "type": "private", "first_name": f"Test {chat_id}"}

    def update(self, update_id: int | None = None, **what: Any) -> int:
        """Queue an update as it stands, malformed ones too; returns its id."""
        with self.lock:
            number = next(self._update) if update_id is None else update_id
            self.updates.append({"update_id": number, **what})
            return number

    def message(self, chat_id: int, sender: int | None = None, **content: Any) -> dict:
        """A message of a person, not yet queued."""
        with self.lock:
            number = next(self._message)
            made = {
                "message_id": number,
                "from": self._person(sender or abs(chat_id)),
                "chat": self._chat(chat_id),
                "date": int(time.time()),
                **content,
            }
            self.messages[chat_id, number] = made
            return made

    def says(self, chat_id: int, text: str, *, reply_to: int | None = None, **more: Any) -> dict:
        """A person writes."""
        content: dict[str, Any] = {"text": text, **more}
        if text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        if reply_to is not None:
            content["reply_to_message"] = {
                k: v for k, v in self.messages[chat_id, reply_to].items() if k != "reply_markup"
            }
        made = self.message(chat_id, **content)
        self.update(message=made)
        return made

    def sends(self, chat_id: int, **content: Any) -> dict:
        """A person sends something that is no text."""
        made = self.message(chat_id, **content)
        self.update(message=made)
        return made

    def file(self, content: bytes) -> dict:
        """A file that the bot may fetch."""
        name = f"file{next(self._name)}"
        self.files[name] = content
        return {"file_id": name, "file_unique_id": f"u{name}", "file_size": len(content)}

    def edits(self, chat_id: int, message_id: int, text: str) -> None:
        with self.lock:
            edited = {**self.messages[chat_id, message_id], "text": text, "edit_date": int(time.time())}
            self.messages[chat_id, message_id] = edited
            self.update(edited_message=edited)

    def tap(self, chat_id: int, title: str, *, message_id: int | None = None) -> str:
        """A person taps the newest button of that title; returns the query's id."""
        with self.lock:
            for message in reversed(self.sent):
                if message["chat"]["id"] != chat_id or message_id not in (None, message["message_id"]):
                    continue
                for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
                    for button in row:
                        if button["text"] == title:
                            return self.tap_data(chat_id, button["callback_data"], message)
        raise LookupError(f"no button {title!r} in chat {chat_id}")

    def tap_data(self, chat_id: int, data: str, message: dict) -> str:
        query = f"q{next(self._name)}"
        self.taps[query] = Tap(time.monotonic())
        self.update(
            callback_query={
                "id": query,
                "from": self._person(chat_id),
                "chat_instance": "1",
                "message": message,
                "data": data,
            }
        )
        return query

    def membership(self, chat_id: int, old: str, new: str) -> None:
        """The person blocks (`kicked`) or unblocks (`member`) the bot."""
        (self.blocked.add if new == "kicked" else self.blocked.discard)(chat_id)
        bot = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "test_bot"}
        self.update(
            my_chat_member={
                "chat": self._chat(chat_id),
                "from": self._person(chat_id),
                "date": int(time.time()),
                "old_chat_member": {"status": old, "user": bot},
                "new_chat_member": {"status": new, "user": bot, "until_date": 0},
            }
        )

    # -- the bot

    def bot_sends(self, chat_id: int, **content: Any) -> dict:
        """Refused by whoever blocked the bot, and by a group that has moved."""
        if chat_id in self.blocked:
            raise blocked()
        if chat_id in self.moved:
            raise migrated(self.moved[chat_id])
        with self.lock:
            made = {
                "message_id": next(self._message),
                "from": {"id": 1, "is_bot": True, "first_name": "Bot", "username": "test_bot"},
                "chat": self._chat(chat_id),
                "date": int(time.time()),
                **content,
            }
            self.messages[chat_id, made["message_id"]] = made
            self.sent.append(made)
            return made

    def find(self, chat_id: int, message_id: int, why: str) -> dict:
        try:
            return self.messages[chat_id, message_id]
        except KeyError:
            raise bad(why) from None

    def texts(self, chat_id: int) -> list[str]:
        """What the bot wrote to a chat, in order."""
        with self.lock:
            return [m.get("text") or m.get("caption") or "" for m in self.sent if m["chat"]["id"] == chat_id]
