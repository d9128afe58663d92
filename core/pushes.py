"""Which cases the caseworkers' own chat must be told of; the network calls are the bot's (bot/pushes.py)."""

import dataclasses
import datetime as dt
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.config import settings
from core.models import Escalation
from core.policies import load

MOST = 20


@dataclasses.dataclass(frozen=True)
class Push:
    """One case to tell of. `text` names nobody: number, kind, urgency, county and the link to the desk."""

    case_id: int
    severity: int
    text: str


def desk_url(case_id: int) -> str:
    """Where staff open a case: the desk's port on the public host, or on the address that it listens on."""
    known = settings()
    public = urlsplit(known.public_url)
    base = f"{public.scheme}://{public.hostname}" if public.hostname else f"http://{known.bind}"
    return f"{base}:{known.console_port}/cases/{case_id}"


def words(case: Escalation) -> str:
    """The notice for staff (policy/pushes.yml), without a name or anything the worker said."""
    table = load("pushes")
    kind, urgency = table["kinds"][case.kind], table["severities"][case.severity]
    when = f"{clock.local(case.due_at):%m-%d %H:%M}"
    return table["text"].format(
        id=case.id, kind=kind, urgency=urgency, county=case.county_code or "-", due=when, url=desk_url(case.id)
    )


def due(s: Session) -> list[Push]:
    """The open cases that the chat has not been told of, the most urgent first; those that failed wait their time."""
    ripe = sa.or_(Escalation.push_after.is_(None), Escalation.push_after <= clock.now())
    query = (
        sa.select(Escalation)
        .where(Escalation.state == "open", Escalation.pushed_at.is_(None), ripe)
        .order_by(Escalation.severity, Escalation.id)
        .limit(MOST)
    )
    return [Push(case.id, case.severity, words(case)) for case in s.scalars(query)]


def done(s: Session, case_id: int, error: str | None = None) -> None:
    """Keep what came of a push: told, or why not and when to try again (it never gives up, each try is rarer).

    Guarantee: at least once; a process that dies between the call and this may tell it twice.
    """
    case = s.get(Escalation, case_id)
    if case is None:
        return
    if error is None:
        case.pushed_at, case.push_after, case.push_error, case.push_tries = clock.now(), None, None, 0
        return
    waits = load("escalations")["push_retry_minutes"]
    case.push_after = clock.now() + dt.timedelta(minutes=waits[min(case.push_tries, len(waits) - 1)])
    case.push_tries, case.push_error = case.push_tries + 1, error[:200]
