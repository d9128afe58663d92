"""Labour law, and the doors to what this assistant does not do."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import HouseAction, Turn, in_chat, say_all
from core import answers, rights


class ActionAskRights(HouseAction):
    def name(self) -> str:
        return "action_ask_rights"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(rights.answer, turn))


class ActionOutOfScope(HouseAction):
    def name(self) -> str:
        return "action_out_of_scope"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(answers.stray, turn))
