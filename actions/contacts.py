"""Chat identities: a contact card that is sent by itself."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import HouseAction, Turn, in_chat, say_all
from core import profile_changes


class ActionContactCard(HouseAction):
    def name(self) -> str:
        return "action_contact_card"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(profile_changes.card, turn))
