"""Answers to check-ins, tapped or told; asked later; no more reminders."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.common import Events, HouseAction, Turn, in_form, leave_form, reply, say
from core import checkin_answers, reminders, told


class ActionAnswerCheckin(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, checkin_answers.tapped)


class ActionReportJobOk(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, told.well)


class ActionSnoozeCheckin(HouseAction):
    """In a form it is the form that waits: what was told stays in its draft."""

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        if in_form(tracker):
            say(dispatcher, "utter_form_waits", turn)
            return leave_form()
        await reply(dispatcher, turn, reminders.snooze)
        return []


class ActionStopReminders(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, reminders.stop)
