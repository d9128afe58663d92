"""Talk about the talk: greetings, help, language, again, never mind, not understood, files and places."""

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.common import Events, HouseAction, Turn, in_form, leave_form, reply, say
from core import answers, conversation, meanings, menus
from core.models import Contact
from core.responses import Said


class ActionGreet(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        if in_form(tracker):
            say(dispatcher, "utter_hello", turn)
        else:
            await reply(dispatcher, turn, menus.first)


class ActionStart(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> Events:
        await reply(dispatcher, turn, conversation.start)
        return leave_form() if in_form(tracker) else []


class ActionGoodbye(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say(dispatcher, "utter_goodbye", turn)


class ActionThank(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say(dispatcher, "utter_thank", turn)


class ActionHelp(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        say(dispatcher, "utter_help", turn)


class ActionBotChallenge(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, menus.who)


class ActionTakeAnswer(HouseAction):
    """inform, affirm, deny, choose."""

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, answers.take)


class ActionCancel(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, conversation.cancel)


class ActionRepeat(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, conversation.repeat, ask_again=not in_form(tracker))


class ActionSwitchLanguage(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, conversation.switch_language, ask_again=not in_form(tracker))


class ActionResume(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, conversation.resume, ask_again=not in_form(tracker))


class ActionTakeMedia(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, conversation.media, ask_again=not in_form(tracker))


class ActionTakeLocation(HouseAction):
    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        await reply(dispatcher, turn, conversation.location)


class ActionFallback(HouseAction):
    """Not understood: an answer to what is open after all, else the likeliest meanings, else a person."""

    async def answer(self, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker) -> None:
        ranking = [(row["name"], row["confidence"]) for row in tracker.latest_message.get("intent_ranking") or []]
        again = _missed_before(tracker)

        def understood(s: Session, contact: Contact, turn: Turn) -> list[Said]:
            said = answers.to_open_question(s, contact, turn)
            return said or meanings.offer(s, contact, turn, ranking, again=again)

        await reply(dispatcher, turn, understood)


def _missed_before(tracker: Tracker) -> bool:
    """Whether the message before this one was not understood either."""
    said = [event for event in tracker.events if event.get("event") == "user"]
    intents = [(event.get("parse_data") or {}).get("intent", {}).get("name") for event in said]
    return len(intents) > 1 and intents[-2] == "nlu_fallback"
