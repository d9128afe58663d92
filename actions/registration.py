"""Being put on record: Rasa's form keeps the turn here, the draft in core knows everything else."""

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

from actions.common import Events, HouseAction, Turn, in_chat, reply, say_all, turn_of
from core import profile_changes, registration_form, registration_record, registration_words

FORM, SLOT = "registration_form", "registration_end"


class ActionRegister(HouseAction):
    """Opens the draft; goes into the form when there is something to ask."""

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        outcome = await in_chat(registration_record.begin, turn)
        say_all(dispatcher, outcome.bubbles)
        return [] if outcome.ended else [SlotSet(SLOT, None), FollowupAction(FORM)]


class ValidateRegistrationForm(FormValidationAction):
    """The one reader of a turn inside the form. It stays open while `registration_end` is empty."""

    def name(self) -> str:
        return "validate_registration_form"

    async def get_extraction_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> Events:
        turn = await turn_of(tracker)
        outcome = await in_chat(registration_form.hear, turn)
        say_all(dispatcher, outcome.bubbles)
        # Nothing extracted: the form rejects the turn, its own rule answers, and the form asks again.
        return [SlotSet(SLOT, "ended" if outcome.ended else None)] if outcome.understood else []

    def validate_registration_end(self, value: Any, *_: Any) -> dict[str, Any]:
        return {SLOT: value}


class ActionAskRegistrationFormRegistrationEnd(HouseAction):
    """The next question, from the draft."""

    own_turn = True

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, registration_words.ask)


class ActionSubmitRegistrationForm(HouseAction):
    """However the form ended: the record is made, or why not is said."""

    own_turn = True

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        await reply(dispatcher, turn, registration_record.finish)
        return [SlotSet(SLOT, None)]


class ActionCancelRegistration(HouseAction):
    """Given up: nothing of it is kept."""

    own_turn = True

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        await reply(dispatcher, turn, registration_record.cancel)
        return [SlotSet(SLOT, None)]


class ActionShowProfile(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, profile_changes.show)


class ActionUpdateProfile(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, profile_changes.update)
