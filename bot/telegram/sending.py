"""One message of the outbox to one chat on Telegram, and what each refusal means for it."""

import dataclasses
import unicodedata

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.telegram.client import Client, seconds, was_sent
from core import responses, sealing
from core.models import OutboundMessage

NARROW = 12  # half-width columns of a title that still fits beside another one
CAPTION = 1000
Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove
NO_KEYS = ReplyKeyboardRemove()
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
LOST_CHATS = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of a try: `result` as `outbox.settle` takes it, or `blocked`, `gone`, `moved`."""

    result: str
    provider_id: str | None = None
    error: str | None = None
    after: float | None = None
    halt: float = 0  # seconds in which the whole bot must be silent
    chat_id: int | None = None  # where a moved chat is now


async def send(client: Client, message: OutboundMessage, chat_id: str, keys_up: bool = False) -> Outcome:
    """Send it; never raises a TelegramError. `keys_up`: keys of an earlier question still stand there."""
    try:
        sent = await _send(client, message, chat_id, keyboard_of(message) or (NO_KEYS if keys_up else None))
    except TelegramError as error:
        return _meaning(error)
    return Outcome("sent", provider_id=str(sent.message_id))


async def _send(client: Client, message: OutboundMessage, chat_id: str, keyboard: Keyboard | None) -> Message:
    text = sealing.masked(message.text)
    if (message.image or "").startswith("https://") and len(text) <= CAPTION:
        return await client.send_photo(chat_id, message.image, caption=text, reply_markup=keyboard)
    # A preview would have Telegram's servers open the link first.
    return await client.send_message(chat_id, text, reply_markup=keyboard, link_preview_options=NO_PREVIEW)


def _meaning(error: TelegramError) -> Outcome:
    why = f"{type(error).__name__}: {error.message}"
    if isinstance(error, RetryAfter):
        return Outcome("later", error="RetryAfter", after=seconds(error), halt=seconds(error))
    if isinstance(error, Forbidden):
        return Outcome("gone" if "deactivated" in why else "blocked", error=why)
    if isinstance(error, ChatMigrated):
        return Outcome("moved", error="ChatMigrated", after=0, chat_id=error.new_chat_id)
    if isinstance(error, BadRequest):
        lost = any(words in why.lower() for words in LOST_CHATS)
        return Outcome("gone" if lost else "never", error=why)
    if isinstance(error, InvalidToken):
        return Outcome("later", error="InvalidToken", after=60, halt=60)
    if isinstance(error, NetworkError) and was_sent(error):
        return Outcome("unknown", error=_cause(error))
    return Outcome("later", error=_cause(error))


def _cause(error: TelegramError) -> str:
    """The classes of the error and of what was behind it: their words may hold addresses or a whole page."""
    names = [type(e).__name__ for e in (error, error.__cause__) if e is not None]
    return ": ".join(names)


# -- keyboards -------------------------------------------------------------------------------------------------------


def keyboard_of(message: OutboundMessage) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    """Buttons under the message; where the phone or the place is asked for, keys in place of the letters."""
    buttons = message.buttons or []
    if message.ask_for:
        return _keys(message.ask_for, [button["title"] for button in buttons], message.language)
    inline = [InlineKeyboardButton(button["title"], callback_data=button["token"]) for button in buttons]
    return InlineKeyboardMarkup(in_rows(inline)) if inline else None


def _keys(ask_for: str, titles: list[str], language: str) -> ReplyKeyboardMarkup:
    if ask_for == "phone":
        own = KeyboardButton(responses.text("utter_send_phone", language), request_contact=True)
    else:
        own = KeyboardButton(responses.text("utter_send_location", language), request_location=True)
    rows = [[own], *([KeyboardButton(title)] for title in titles)]
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)


def in_rows(buttons: list[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Two in a row where all titles are short, else one: a phone's screen cuts long ones."""
    across = 2 if all(width(button.text) <= NARROW for button in buttons) else 1
    return [buttons[start : start + across] for start in range(0, len(buttons), across)]


def width(text: str) -> int:
    """Half-width columns that a text takes on a screen."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
