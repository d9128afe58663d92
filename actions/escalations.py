"""Trouble at work, danger, a person, a complaint."""

import dataclasses

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, HouseAction, Turn, leave_form, reply
from core import answers, danger, people, told


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
    """Danger ends a form that is open, or its question would follow the number to call.

    Who only can't leave their old people or children tells a fact, and is heard so.
    """

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        if turn.entity("kind") is None and danger.cares(turn.text):
            await reply(dispatcher, dataclasses.replace(turn, intent="inform"), answers.take)
            return []
        await reply(dispatcher, turn, danger.heard)
        return leave_form()


class ActionAnswerSafe(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        await reply(dispatcher, turn, danger.tapped)
        return leave_form()
