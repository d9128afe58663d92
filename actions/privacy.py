"""A worker's own data: a copy, a deletion, who sees what."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import HouseAction, Turn, in_chat, say_all
from core import privacy_answers


class ActionExportMyData(HouseAction):
    def name(self) -> str:
        return "action_export_my_data"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(privacy_answers.export, turn))


class ActionDeleteMyData(HouseAction):
    """Asked back before anything is deleted."""

    def name(self) -> str:
        return "action_delete_my_data"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(privacy_answers.delete, turn))


class ActionAskPrivacy(HouseAction):
    def name(self) -> str:
        return "action_ask_privacy"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(privacy_answers.who_sees, turn))
