"""Trouble at work, danger, a person, a complaint."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, HouseAction, Turn, leave_form, reply
from core import danger, people, told


class ActionReportWageProblem(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, told.wage)


class ActionReportInjury(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, told.injury)


class ActionReportWorkProblem(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, told.problem)


class ActionTalkToCaseworker(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, people.talk)


class ActionComplain(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, people.complain)


class ActionEmergency(HouseAction):
    """Danger ends a form that is open, or its question would follow the number to call."""

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        await reply(dispatcher, turn, danger.heard)
        return leave_form()


class ActionAnswerSafe(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        await reply(dispatcher, turn, danger.tapped)
        return leave_form()
