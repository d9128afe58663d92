"""Job fairs, training, coaches."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import HouseAction, Turn, in_chat, say_all
from core import fairs


class _Announced(HouseAction):
    kind = ""

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(lambda s, contact, heard: fairs.answer(s, contact, heard, self.kind), turn))


class ActionAskJobFair(_Announced):
    kind = "fair"

    def name(self) -> str:
        return "action_ask_job_fair"


class ActionAskTraining(_Announced):
    kind = "training"

    def name(self) -> str:
        return "action_ask_training"


class ActionAskTransport(_Announced):
    kind = "transport"

    def name(self) -> str:
        return "action_ask_transport"
