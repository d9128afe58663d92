"""A chat driven by hand: turns as the actions hand them to core."""

import dataclasses
import itertools

from core import inbox, registration_form, registration_record, registration_words

_numbers = itertools.count(1)


@dataclasses.dataclass
class Turn:
    intent: str = "inform"
    text: str = ""
    entities: dict = dataclasses.field(default_factory=dict)
    language: str = "zh"
    kind: str = "text"
    message_id: str = dataclasses.field(default_factory=lambda: f"m{next(_numbers)}")

    def entity(self, name):
        return self.entities.get(name)

    def key(self, verb, n=0):
        return f"{self.message_id}:{verb}:{n}"


class Talk:
    """One contact in the registration; `step` is what is asked now, `said` what the last turn was answered with."""

    def __init__(self, s, contact, language="zh"):
        self.s, self.contact, self.language, self.said, self.open = s, contact, language, [], False

    def register(self, text="我要登记", **entities):
        turn = Turn("register", text, entities, self.language)
        outcome = registration_record.begin(self.s, self.contact, turn)
        self.open = not outcome.ended
        self.said = [*outcome.bubbles, *self._ask(turn)]
        return self

    def say(self, text, intent="inform", **entities):
        message = inbox.put(self.s, self.contact, source_key=f"t{next(_numbers)}", kind="text", text=text)
        return self.hear(Turn(intent, message.text, entities, self.language))

    def tap(self, field, value):
        return self.hear(Turn("choose", value, {"field": field, "value": value}, self.language, "button"))

    def hear(self, turn):
        outcome = registration_form.hear(self.s, self.contact, turn)
        self.understood, self.said = outcome.understood, list(outcome.bubbles)
        if outcome.ended:
            self.open = False
            self.said += registration_record.finish(self.s, self.contact, turn)
        elif outcome.understood:
            self.said += self._ask(turn)
        return self

    def _ask(self, turn):
        return registration_words.ask(self.s, self.contact, turn) if self.open else []

    @property
    def data(self):
        from core.registration_draft import latest

        return latest(self.s, self.contact).data

    @property
    def step(self):
        return self.data["asking"]

    @property
    def text(self):
        return "\n".join(said.text for said in self.said)
