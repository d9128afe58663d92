"""A worker's own data: a copy, a deletion, who sees what."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import HouseAction, Turn, reply
from core import privacy_answers


class ActionExportMyData(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, privacy_answers.export)


class ActionDeleteMyData(HouseAction):
    """Asked back before anything is deleted."""

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, privacy_answers.delete)


class ActionAskPrivacy(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, privacy_answers.who_sees)
