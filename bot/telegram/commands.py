"""The menu of commands that Telegram shows beside the line one writes in."""

from telegram import BotCommand

from bot.telegram.client import Client
from core import responses


def listed(language: str) -> list[BotCommand]:
    """The commands of `utter_commands`: a line each, the command and what it does."""
    lines = responses.text("utter_commands", language).splitlines()
    return [BotCommand(name, words) for name, _, words in (line.partition(" ") for line in lines)]


async def register(client: Client) -> None:
    """Tell Telegram our commands: Chinese for everybody, English for English apps."""
    await client.set_my_commands(listed("zh"))
    await client.set_my_commands(listed("en"), language_code="en")
