"""A whole chat driven by hand: what is said or tapped goes through the inbox, core answers, the answers go out."""

import dataclasses
import itertools

import sqlalchemy as sa

from core import answers, checkin_answers, conversation, danger, inbox, menus, outbox, people, reminders, told, turns
from core.models import ButtonToken, Draft, Escalation, OutboundMessage

_numbers = itertools.count(1)
DOES = {
    "greet": menus.first, "start": conversation.start, "repeat": conversation.repeat, "cancel": conversation.cancel,
    "switch_language": conversation.switch_language, "resume": conversation.resume, "media": conversation.media,
    "location": conversation.location, "bot_challenge": menus.who, "report_employed": told.employed,
    "report_job_ok": told.well, "report_job_loss": told.lost, "report_absence": told.absent,
    "report_wage_problem": told.wage, "report_injury": told.injury, "report_work_problem": told.problem,
    "want_change_job": told.change, "answer_checkin": checkin_answers.tapped, "snooze_checkin": reminders.snooze,
    "stop_reminders": reminders.stop, "talk_to_caseworker": people.talk, "complain": people.complain,
    "emergency": danger.heard, "answer_safe": danger.tapped,
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Turn:
    """As the actions hand it over."""

    intent: str
    text: str = ""
    language: str = "zh"
    entities: list[dict] = dataclasses.field(default_factory=list)
    kind: str = "text"
    reply_to: int | None = None
    message_id: str = dataclasses.field(default_factory=lambda: f"m{next(_numbers)}")

    def entity(self, name):
        return next((e["value"] for e in self.entities if e["entity"] == name), None)

    def key(self, verb, n=0):
        return f"{self.message_id}:{verb}:{n}"


def named(entities):
    return [{"entity": name, "value": value} for name, value in entities.items()]


class Chat:
    """`say` and `tap` return the words of the answer; `turn` is the last turn, to be heard again by `again`."""

    def __init__(self, s, contact):
        self.s, self.contact, self.turn, self.said = s, contact, None, []

    def say(self, intent, text="", reply_to=None, **entities):
        row = inbox.put(self.s, self.contact, source_key=f"c{next(_numbers)}", kind="text", text=text)
        held = danger.hears(self.s, self.contact, row)
        intent, given = ("emergency", named(held)) if held is not None else (intent, named(entities))
        return self.hear(Turn(intent, text, self.contact.language, given, "text", reply_to, turns.message_id(row)))

    def tap(self, title):
        """The newest button of that name."""
        rows = self.s.scalars(sa.select(ButtonToken).where(ButtonToken.title == title)).all()
        row = max(rows, key=lambda row: row.outbound_id)
        payload = {"token": row.token}
        came = inbox.put(self.s, self.contact, source_key=f"c{next(_numbers)}", kind="button", payload=payload)
        held = danger.hears_tap(self.s, self.contact, row, came)
        intent, given = ("emergency", named(held)) if held is not None else (row.intent, named(row.entities))
        return self.hear(Turn(intent, title, self.contact.language, given, "button", None, turns.message_id(came)))

    def again(self):
        """The same turn once more, as after the death of Rasa."""
        return self.hear(self.turn)

    def hear(self, turn):
        self.turn = turn
        self.said = DOES.get(turn.intent, answers.take)(self.s, self.contact, turn)
        bubbles = map(dataclasses.asdict, self.said)
        outbox.answer(self.s, self.contact, turn.message_id, bubbles, self.contact.language)
        return "\n".join(bubble.text for bubble in self.said)

    @property
    def titles(self):
        """The buttons of the last bubble."""
        return [button["title"] for button in self.said[-1].buttons]

    @property
    def cases(self):
        """(kind, severity) of what is open, in order."""
        query = sa.select(Escalation.kind, Escalation.severity).where(Escalation.state != "closed")
        return [tuple(row) for row in self.s.execute(query.order_by(Escalation.id))]

    @property
    def drafts(self):
        return list(self.s.scalars(sa.select(Draft.kind).where(Draft.closed_at.is_(None)).order_by(Draft.id)))

    @property
    def asked(self):
        """The check-ins that went out, without their first line."""
        query = sa.select(OutboundMessage.text).where(OutboundMessage.kind == "checkin").order_by(OutboundMessage.id)
        return [text.split("\n", 1)[1] for text in self.s.scalars(query)]
