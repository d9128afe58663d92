"""Two things in one message: the first is answered, the second is said back with a button, so that it is not lost."""

from core import statements
from core.buttons import payload_of
from core.policies import load
from core.responses import Said, render

MOST = 2


def told(words: str, kind: str, language: str) -> list[Said]:
    """A line with a button for whatever else the words tell than a case of this `kind`; empty when that is nothing."""
    intents = [intent for intent, row in load("statements")["also"].items() if kind not in row["not"]]
    words = "，".join(clause for clause in statements.clauses(words) if not statements.NOT.search(clause))
    buttons = [_button(intent, words, language) for intent in intents if _said(intent, words)]
    return [Said(render("utter_also_told", language).text, buttons[:MOST])] if buttons else []


def _said(intent: str, words: str) -> bool:
    if intent == "report_employed":
        return statements.starts(words) is not None
    return bool(statements.pattern("also", intent, "words").search(statements.plain(words)))


def _button(intent: str, words: str, language: str) -> dict[str, str]:
    clause = statements.starts(words) if intent == "report_employed" else None
    title = load("meanings")["intents"][intent][language]
    return {"title": title, "payload": payload_of(intent, {"date": clause[:30]} if clause else {})}
