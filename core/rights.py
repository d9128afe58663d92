"""Labour law in one breath: what usually holds, the article, and that 12333's word counts. Never a verdict."""

from sqlalchemy.orm import Session

from core import contacts, troubles
from core.models import Contact
from core.policies import load
from core.responses import Said, render
from core.sequences import Heard


def topics() -> dict[str, dict]:
    """Topic → its row of policy/rights.yml."""
    return {row["topic"]: row for row in load("rights")["topics"]}


def topic_of(words: str) -> str | None:
    """What is asked about, by words (zh, en); None when none of policy/rights.yml is named."""
    told = troubles.plain(words)
    if troubles.pattern(load("rights")["not_here"]).search(told):
        return None
    return next((name for name, row in topics().items() if troubles.pattern(row["words"]).search(told)), None)


def about(s: Session, contact: Contact, topic: str | None, language: str) -> Said:
    """The words of a topic; for an unknown one whom to ask."""
    if topic is None:
        return render("utter_rights_unknown", language, **contacts.values(s, contact, language))
    row = topics()[topic]
    said = render("utter_rights_told", language, says=row["says"][language], article=row["article"][language])
    mine, more, person = said.buttons
    chosen = [
        {**mine, "payload": row["report"]} if row.get("report") else None,
        {**more, "payload": more["payload"].replace("SUBSIDY", row["ask"])} if row.get("ask") else None,
        person,
    ]
    return Said(said.text, [button for button in chosen if button])


def answer(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """`ask_rights`: the topic that is named in the words, else 12333, 12348 and the caseworker."""
    return [about(s, contact, topic_of(turn.text), turn.language)]
