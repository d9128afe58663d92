"""What the person sees at once, before any answer: the tap is taken, the button marked, "typing…". Nothing depends on it."""

import contextlib

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.telegram.client import Client

TAPPED = "✓ "


async def show(client: Client, update: Update) -> None:
    """Best effort, after the update is stored; a tap that is too old to be answered is no trouble."""
    query, message = update.callback_query, update.message
    if query is not None:
        with contextlib.suppress(TelegramError):
            await client.answer_callback_query(query.id)
        await _mark(client, query)
    place = query.message if query is not None else message
    chat = place.chat if place is not None else None
    if chat is not None and chat.type == "private":
        with contextlib.suppress(TelegramError):
            await client.send_chat_action(chat.id, ChatAction.TYPING)


async def _mark(client: Client, query: CallbackQuery) -> None:
    shown = query.message
    if not isinstance(shown, Message) or shown.reply_markup is None:
        return
    keyboard = marked(shown.reply_markup, query.data or "")
    if keyboard == shown.reply_markup:
        return
    with contextlib.suppress(TelegramError):
        await client.edit_message_reply_markup(shown.chat.id, shown.message_id, reply_markup=keyboard)


def marked(keyboard: InlineKeyboardMarkup, token: str) -> InlineKeyboardMarkup:
    """The keyboard with a tick on the button that was tapped last; the others can still be tapped."""

    def button(one: InlineKeyboardButton) -> InlineKeyboardButton:
        words = one.text.removeprefix(TAPPED)
        return InlineKeyboardButton((TAPPED if one.callback_data == token else "") + words, callback_data=one.callback_data)  # fmt: skip

    return InlineKeyboardMarkup([[button(one) for one in row] for row in keyboard.inline_keyboard])
