"""Applications: put forward, how they stand, taken back."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import HouseAction, Turn, in_chat, say_all
from core import application_answers


class ActionApplyJob(HouseAction):
    def name(self) -> str:
        return "action_apply_job"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(application_answers.apply, turn))


class ActionApplicationStatus(HouseAction):
    def name(self) -> str:
        return "action_application_status"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(application_answers.status, turn))


class ActionWithdrawApplication(HouseAction):
    def name(self) -> str:
        return "action_withdraw_application"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(application_answers.withdraw, turn))
