"""A job begun, lost, interrupted, to be changed."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import HouseAction, Turn, reply
from core import told


class ActionReportEmployed(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, told.employed)


class ActionReportJobLoss(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, told.lost)


class ActionReportAbsence(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, told.absent)


class ActionChangeJob(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, told.change)
