"""Openings: searched, changed, gone on with, asked about."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import HouseAction, Turn, in_chat, say_all
from core import safety, vacancy_answers


class ActionSearchJobs(HouseAction):
    def name(self) -> str:
        return "action_search_jobs"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(vacancy_answers.search, turn))


class ActionRefineSearch(HouseAction):
    def name(self) -> str:
        return "action_refine_search"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(vacancy_answers.refine, turn))


class ActionMoreJobs(HouseAction):
    def name(self) -> str:
        return "action_more_jobs"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(vacancy_answers.more, turn))


class ActionAskJobDetail(HouseAction):
    def name(self) -> str:
        return "action_ask_job_detail"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(vacancy_answers.detail, turn))


class ActionCheckJobSafe(HouseAction):
    def name(self) -> str:
        return "action_check_job_safe"

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say_all(dispatcher, await in_chat(safety.answer, turn))
