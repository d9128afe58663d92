"""The methods of the Bot API that this product may call, as strict as Telegram's own server."""

import json
import time
from typing import Any

from tests.botapi.errors import Refused, bad
from tests.botapi.world import CALLBACK_LIFE, World


def chat_id(p: dict) -> int:
    try:
        return int(p["chat_id"])
    except (KeyError, ValueError):
        raise bad("chat not found") from None


def text_of(p: dict, field: str, limit: int) -> str:
    text = str(p.get(field, ""))
    if not text.strip():
        raise bad("message text is empty")
    if len(text.encode("utf-16-le")) // 2 > limit:
        raise bad("message is too long")
    return text


def caption_of(p: dict) -> str:
    caption = str(p.get("caption", ""))
    if len(caption.encode("utf-16-le")) // 2 > 1024:
        raise bad("message caption is too long")
    return caption


def markup_of(p: dict) -> dict | None:
    raw = p.get("reply_markup")
    markup = json.loads(raw) if isinstance(raw, str) and raw else raw
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            if not button.get("text", "").strip():
                raise bad("can't parse inline keyboard button: text must be non-empty")
            if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
                raise bad("BUTTON_DATA_INVALID")
    return markup or None


class Methods:
    """One method each, by Telegram's name; takes the parameters, returns the result or raises Refused."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.commands: list = []

    def getMe(self, p: dict) -> dict:
        return {
            "id": 1,
            "is_bot": True,
            "first_name": "Bot",
            "username": "test_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def setMyCommands(self, p: dict) -> bool:
        self.commands = json.loads(p["commands"])
        return True

    def sendMessage(self, p: dict) -> dict:
        content: dict[str, Any] = {"text": text_of(p, "text", 4096)}
        markup = markup_of(p) or {}
        # As on Telegram, only keyboards under the message come back with it.
        if "inline_keyboard" in markup:
            content["reply_markup"] = markup
        made = self.world.bot_sends(chat_id(p), **content)
        if markup and "inline_keyboard" not in markup:
            self.world.keyboards[made["chat"]["id"], made["message_id"]] = markup
        return made

    def sendPhoto(self, p: dict) -> dict:
        photo = {**self._upload(p, "photo", 10 * 2**20), "width": 1, "height": 1}
        return self.world.bot_sends(chat_id(p), caption=caption_of(p), photo=[photo])

    def sendDocument(self, p: dict) -> dict:
        return self.world.bot_sends(chat_id(p), caption=caption_of(p), document=self._upload(p, "document", 50 * 2**20))

    def _upload(self, p: dict, field: str, most: int) -> dict:
        """A file that came with the call, one that is known by its id, or an address that Telegram would fetch."""
        given = p.get(field)
        if given is None:
            raise bad(f"there is no {field} in the request")
        content = given.file.read() if hasattr(given, "file") else self.world.files.get(str(given), b"")
        if len(content) > most:
            raise Refused(413, "Request Entity Too Large")
        return self.world.file(content)

    def sendChatAction(self, p: dict) -> bool:
        chat_id(p)
        return True

    def editMessageText(self, p: dict) -> dict:
        message = self.world.find(chat_id(p), int(p.get("message_id", 0)), "message to edit not found")
        text, markup = text_of(p, "text", 4096), markup_of(p)
        if message.get("text") == text and message.get("reply_markup") == markup:
            raise bad("message is not modified: specified new message content and reply markup are exactly the same")
        message.update(text=text, reply_markup=markup)
        return message

    def editMessageReplyMarkup(self, p: dict) -> dict:
        message = self.world.find(chat_id(p), int(p.get("message_id", 0)), "message to edit not found")
        markup = markup_of(p)
        if message.get("reply_markup") == markup:
            raise bad("message is not modified: specified new message content and reply markup are exactly the same")
        message["reply_markup"] = markup
        return message

    def deleteMessage(self, p: dict) -> bool:
        key = chat_id(p), int(p.get("message_id", 0))
        self.world.find(*key, "message to delete not found")
        del self.world.messages[key]
        self.world.deleted.append(key)
        return True

    def answerCallbackQuery(self, p: dict) -> bool:
        tap = self.world.taps.get(p.get("callback_query_id", ""))
        if tap is None or tap.answered or time.monotonic() - tap.at > CALLBACK_LIFE:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(p.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        tap.answered = True
        return True

    def getFile(self, p: dict) -> dict:
        name = p.get("file_id", "")
        if name not in self.world.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        size = len(self.world.files[name])
        if size > 20 * 2**20:
            raise bad("file is too big")
        return {"file_id": name, "file_unique_id": f"u{name}", "file_size": size, "file_path": f"files/{name}"}

    def call(self, method: str, parameters: dict) -> Any:
        handler = getattr(self, method, None)
        if handler is None or method.startswith("_") or method == "call":
            raise Refused(404, "Not Found")
        with self.world.lock:
            self.world.calls.append((method, parameters))
            return handler(parameters)
