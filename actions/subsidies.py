"""Subsidies: asked about, wished for, looked up; which fit; a business of one's own."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import HouseAction, Turn, in_chat, say_all
from core import claims, eligibility, subsidies


class ActionAskSubsidy(HouseAction):
    def name(self) -> str:
        return "action_ask_subsidy"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(subsidies.answer, turn))


class ActionCheckEligibility(HouseAction):
    def name(self) -> str:
        return "action_check_eligibility"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(eligibility.answer, turn))


class ActionApplySubsidy(HouseAction):
    def name(self) -> str:
        return "action_apply_subsidy"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(claims.apply, turn))


class ActionSubsidyStatus(HouseAction):
    def name(self) -> str:
        return "action_subsidy_status"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(claims.status, turn))


class ActionAskEntrepreneurship(HouseAction):
    def name(self) -> str:
        return "action_ask_entrepreneurship"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(claims.business, turn))
