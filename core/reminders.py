"""Being asked: later, no more, again."""

from sqlalchemy.orm import Session

from core import checkin_answers, clock, statements
from core.models import Contact
from core.responses import Said, render
from core.sequences import Heard


def snooze(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """「Ask me later」: the question that is open waits; without one nothing is promised."""
    said = checkin_answers.answer(s, contact, None, "later", turn, reply_to=turn.reply_to)
    return said or [render("utter_checkin_none_later", turn.language)]


def stop(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Nothing is sent out of turn any more; how to have it again is said with it. 「Why did you not ask?」 stops nothing."""
    if turn.kind == "text" and statements.pattern("not_asked").search(statements.plain(turn.text)):
        return [render("utter_asked_too_late", turn.language)]
    contact.reminders_stopped_at = contact.reminders_stopped_at or clock.now()
    return [render("utter_reminders_stopped", turn.language)]


def switch(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """The button under `stop`: asked again after all."""
    if turn.entity("value") != "on":
        return stop(s, contact, turn)
    contact.reminders_stopped_at = None
    return [render("utter_reminders_on", turn.language)]
