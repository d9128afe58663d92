"""A turn as core hears it."""

import itertools

_numbers = itertools.count(1)


class Turn:
    """What a worker wrote; `entities` by name."""

    def __init__(self, text="", language="zh", intent="", message_id=None, **entities):
        self.text, self.language, self.intent = text, language, intent
        self.message_id = message_id or f"turn-{next(_numbers)}"
        self.entities = entities

    def entity(self, name):
        return self.entities.get(name)

    def key(self, verb, n=0):
        return f"{self.message_id}:{verb}:{n}"
