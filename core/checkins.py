"""Check-ins: planned with the job, asked late but once and never in a burst, moved, missed."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, consents, ladder, outbox
from core.config import settings
from core.errors import DoNotSend
from core.models import Checkin, Contact, ContactWorker, Escalation, OutboundMessage, Placement, Worker
from core.policies import load
from core.responses import Said, render

ALIVE = ("due", "asked")
GRAVE = 2  # while a case of this severity or worse is under way, its person asks how things are


class ByPhone(DoNotSend):
    """No chat can carry it: a person phones."""


class NotNow(DoNotSend):
    """It waits: the reason passes by itself. Any other reason takes the question off the ladder at once, else those who
    can never be asked stand before those who can.
    """


@dataclasses.dataclass(frozen=True)
class Listed:
    """A check-in that is due, and why it does not go now (None: it goes)."""

    checkin_id: int
    worker_id: int
    step: str
    due_at: dt.datetime
    reason: str | None


# -- planning --------------------------------------------------------------------------------------------------------


def plan(s: Session, placement: Placement, now: dt.datetime) -> int:
    """Add the rungs that are still ahead of `now` (after the fixed ones: the next monthly tap); returns how many.

    A rung that is already there is not added again.
    """
    known = set(s.scalars(sa.select(Checkin.step).where(Checkin.placement_id == placement.id)))
    fixed = ladder.rungs(placement.kind, placement.started_on)
    ahead = [rung for rung in fixed if rung.step not in known and ladder.ask_at(rung.on) > now]
    if not ahead and all(ladder.ask_at(rung.on) <= now for rung in fixed):
        taps = ladder.taps(placement.started_on)
        ahead = [next(rung for rung in taps if rung.step not in known and ladder.ask_at(rung.on) > now)]
    s.add_all(_row(placement, rung) for rung in ahead)
    s.flush()
    return len(ahead)


def _row(placement: Placement, rung: ladder.Rung) -> Checkin:
    return Checkin(
        placement_id=placement.id,
        worker_id=placement.worker_id,
        step=rung.step,
        due_at=ladder.ask_at(rung.on),
        dedupe=f"placement:{placement.id}:{rung.step}",
    )


def plan_missing(s: Session, now: dt.datetime) -> int:
    """Plan for every job that has no question ahead of it (imported jobs; the monthly taps); returns how many jobs."""
    waiting = sa.exists().where(Checkin.placement_id == Placement.id, Checkin.state.in_(ALIVE))
    query = sa.select(Placement).where(Placement.state == "active", ~waiting).order_by(Placement.id)
    placements = s.scalars(query.limit(load("checkins")["most_a_run"])).all()
    for placement in placements:
        plan(s, placement, now)
    return len(placements)


def drop(s: Session, placement_id: int, reason: str, *states: str) -> int:
    """Take the questions of a job off the ladder (those in `states`; by default due and asked); returns how many."""
    done = s.execute(
        sa.update(Checkin)
        .where(Checkin.placement_id == placement_id, Checkin.state.in_(states or ALIVE))
        .values(state="dropped", drop_reason=reason)
        .execution_options(synchronize_session="fetch")
    )
    return done.rowcount


def postpone(s: Session, checkin: Checkin, due_at: dt.datetime) -> None:
    """Ask it again from `due_at` (aware) on, as if it had not been asked."""
    checkin.state, checkin.due_at, checkin.tries = "due", due_at, 0
    checkin.asked_at = checkin.drop_reason = None


def replan(s: Session, placement: Placement) -> None:
    """The first day has changed: what has not been answered yet falls due by the new one."""
    rows = s.scalars(sa.select(Checkin).where(Checkin.placement_id == placement.id, Checkin.state.in_(ALIVE)))
    for row in rows.all():
        postpone(s, row, ladder.ask_at(ladder.rung(placement.started_on, row.step).on))
    s.flush()


def move_on(s: Session, placement: Placement, until: dt.date) -> dt.date:
    """Nobody is asked while away: what falls before the return becomes one question soon after it; returns its day."""
    day = until + dt.timedelta(days=load("checkins")["settle_days"])
    rows = s.scalars(
        sa.select(Checkin)
        .where(Checkin.placement_id == placement.id, Checkin.state.in_(ALIVE))
        .order_by(Checkin.due_at.desc(), Checkin.id.desc())
    ).all()
    early = [row for row in rows if row.state == "asked" or row.due_at < ladder.ask_at(day)]
    kept = (early or rows)[:1]
    for row in early[1:]:
        row.state, row.drop_reason = "dropped", "away"
    for row in kept:
        postpone(s, row, ladder.ask_at(day))
    s.flush()
    return day


# -- why a question does not go --------------------------------------------------------------------------------------


def contact_of(s: Session, worker_id: int) -> Contact | None:
    """The chat that a worker is asked in: one that can be reached before one that cannot, then the latest to write."""
    query = (
        sa.select(Contact)
        .join(ContactWorker, ContactWorker.contact_id == Contact.id)
        .where(ContactWorker.worker_id == worker_id)
        .order_by(Contact.state != "active", Contact.last_inbound_at.desc(), Contact.id.desc())
    )
    return s.scalars(query.limit(1)).first()


def check(s: Session, checkin: Checkin, placement: Placement, now: dt.datetime) -> Contact:
    """The contact to ask; raises DoNotSend with the reason, or ByPhone where no chat can carry the question."""
    rung = ladder.rung(placement.started_on, checkin.step)
    if placement.state != "active":
        raise DoNotSend("the job has ended")
    if ladder.is_quiet(now, settings().quiet_hours):
        raise NotNow("quiet hours")
    if placement.away_until is not None and clock.local(now).date() <= placement.away_until:
        raise NotNow("away from the job")
    contact = contact_of(s, checkin.worker_id)
    if contact is None or contact.state != "active":
        raise (ByPhone if rung.by_phone else DoNotSend)("no chat that can be reached")
    _check_wanted(s, checkin, contact)
    _check_timely(s, checkin, contact, now)
    return contact


def _check_wanted(s: Session, checkin: Checkin, contact: Contact) -> None:
    if s.get(Worker, checkin.worker_id).left_at is not None:
        raise DoNotSend("the worker has left the programme")
    if contact.reminders_stopped_at is not None:
        raise NotNow("reminders stopped")
    if not consents.granted(s, checkin.worker_id, "follow_up"):
        raise DoNotSend("no consent to be asked")


def _check_timely(s: Session, checkin: Checkin, contact: Contact, now: dt.datetime) -> None:
    if contact.held_by != "bot":
        raise NotNow("a person holds the chat")
    grave = sa.select(Escalation.id).where(
        Escalation.worker_id == checkin.worker_id, Escalation.state != "closed", Escalation.severity <= GRAVE
    )
    if s.scalar(grave.limit(1)):
        raise NotNow("a case is under way")
    gap = now - dt.timedelta(hours=load("checkins")["gap_hours"])
    asked = sa.select(Checkin.id).where(
        Checkin.contact_id == contact.id, Checkin.asked_at > gap, Checkin.id != checkin.id
    )
    if s.scalar(asked.limit(1)):
        raise NotNow("this chat was asked today")


# -- sending ---------------------------------------------------------------------------------------------------------


def _ripe(now: dt.datetime) -> sa.sql.Select:
    """The newest due question of each job."""
    newer = sa.orm.aliased(Checkin)
    superseded = sa.exists().where(
        newer.placement_id == Checkin.placement_id,
        newer.due_at <= now,
        newer.state == "due",
        sa.or_(newer.due_at > Checkin.due_at, sa.and_(newer.due_at == Checkin.due_at, newer.id > Checkin.id)),
    )
    return (
        sa.select(Checkin, Placement)
        .join(Placement, Placement.id == Checkin.placement_id)
        .where(Checkin.state == "due", Checkin.due_at <= now, ~superseded)
        .order_by(Checkin.due_at, Checkin.id)
    )


def due_list(s: Session, now: dt.datetime) -> list[Listed]:
    """What is due at `now` and why each does not go; nothing is changed or sent."""
    return [
        Listed(row.id, row.worker_id, row.step, row.due_at, _why_not(s, row, placement, now))
        for row, placement in s.execute(_ripe(now)).all()
    ]


def _why_not(s: Session, checkin: Checkin, placement: Placement, now: dt.datetime) -> str | None:
    try:
        check(s, checkin, placement, now)
    except DoNotSend as reason:
        return f"{'by phone: ' if isinstance(reason, ByPhone) else ''}{reason}"
    return "too late, dropped" if _stale(checkin, placement, now) else None


def _stale(checkin: Checkin, placement: Placement, now: dt.datetime) -> bool:
    rung = ladder.rung(placement.started_on, checkin.step)
    return now - checkin.due_at > dt.timedelta(days=rung.stale_days)


def send_due(s: Session, now: dt.datetime) -> int:
    """Ask what is due at `now` (the programme's time, aware); returns how many questions went to the outbox.

    Guarantee: of the questions of one job only the newest due one is asked, older ones are dropped with the reason;
    what is too late for its rung is dropped; each try is one row of the outbox, however often this runs.
    """
    plan_missing(s, now)
    if ladder.is_quiet(now, settings().quiet_hours):
        return 0
    _drop_overtaken(s, now)
    _try_again(s, now)
    rows = s.execute(_ripe(now).limit(load("checkins")["most_a_run"])).all()
    return sum(_send(s, row, placement, now) for row, placement in rows)


def _drop_overtaken(s: Session, now: dt.datetime) -> None:
    """Questions that a newer due one of the same job has overtaken, asked or not."""
    newest = (
        sa.select(Checkin.placement_id, sa.func.max(Checkin.due_at).label("due_at"))
        .where(Checkin.state == "due", Checkin.due_at <= now)
        .group_by(Checkin.placement_id)
        .subquery()
    )
    overtaken = sa.select(Checkin.id).join(newest, newest.c.placement_id == Checkin.placement_id)
    ids = s.scalars(overtaken.where(Checkin.state.in_(ALIVE), Checkin.due_at < newest.c.due_at)).all()
    s.execute(
        sa.update(Checkin)
        .where(Checkin.id.in_(ids))
        .values(state="dropped", drop_reason="a newer question is due")
        .execution_options(synchronize_session="fetch")
    )


def _send(s: Session, checkin: Checkin, placement: Placement, now: dt.datetime) -> int:
    try:
        contact = check(s, checkin, placement, now)
    except ByPhone as reason:
        checkin.state, checkin.drop_reason = "call", str(reason)
        return 0
    except NotNow as reason:
        if _stale(checkin, placement, now):
            checkin.state, checkin.drop_reason = "dropped", str(reason)
        return 0
    except DoNotSend as reason:
        checkin.state, checkin.drop_reason = "dropped", str(reason)
        return 0
    if _stale(checkin, placement, now):
        checkin.state, checkin.drop_reason = "dropped", "too late"
        return 0
    _ask(s, checkin, placement, contact, now)
    return 1


def _ask(s: Session, checkin: Checkin, placement: Placement, contact: Contact, now: dt.datetime) -> None:
    checkin.tries += 1
    said = words(s, checkin, placement, contact)
    sent = outbox.put(
        s, contact, dedupe=f"checkin:{checkin.id}:{checkin.due_at:%Y%m%d%H%M}:{checkin.tries}", text=said.text,
        buttons=said.buttons, kind="checkin", language=contact.language,
    )  # fmt: skip
    checkin.state, checkin.asked_at = "asked", now
    checkin.contact_id, checkin.outbound_id = contact.id, sent.id
    s.flush()


def words(s: Session, checkin: Checkin, placement: Placement, contact: Contact) -> Said:
    """The question: a neutral first line, on a shared phone whom it is about, then one thing to answer by button."""
    opener = render("utter_checkin_opener" if checkin.tries < 2 else "utter_checkin_again", contact.language)
    said = asked(s, checkin, placement, contact, contact.language)
    return Said(f"{opener.text}\n{said.text}", said.buttons)


def asked(s: Session, checkin: Checkin, placement: Placement, contact: Contact, language: str) -> Said:
    """The question without its first line, as it is put again to somebody who is in the chat already."""
    said = render(question(checkin, placement), language)
    buttons = [with_id(button, checkin.id) for button in said.buttons]
    people = sa.select(sa.func.count()).select_from(ContactWorker).where(ContactWorker.contact_id == contact.id)
    if s.scalar(people) < 2:
        return Said(said.text, buttons)
    whom = render("utter_checkin_for", language, who=s.get(Worker, checkin.worker_id).name)
    return Said(f"{whom.text}\n{said.text}", buttons)


def question(checkin: Checkin, placement: Placement) -> str:
    """The response that asks it: of the rung and the kind of job, or after an absence whether they are back."""
    back = placement.away_until is not None and placement.away_until < clock.local(checkin.due_at).date()
    if back:
        return "utter_checkin_back"
    return ladder.question(placement.kind, ladder.rung(placement.started_on, checkin.step).asks)


def with_id(button: dict[str, str], checkin_id: int) -> dict[str, str]:
    """A button of domain.yml that knows which question it answers."""
    intent, _, entities = button["payload"].partition("{")
    values = {"checkin_id": str(checkin_id), **json.loads("{" + entities if entities else "{}")}
    return {"title": button["title"], "payload": f"{intent}{json.dumps(values, ensure_ascii=False)}"}


def _try_again(s: Session, now: dt.datetime) -> None:
    """Unanswered questions: a second try, then missed, which puts them on the desk's list of calls."""
    wait = dt.timedelta(days=load("checkins")["again_after_days"])
    for checkin, placement in _unanswered(s, now - wait):
        rung = ladder.rung(placement.started_on, checkin.step)
        if checkin.tries >= rung.tries or placement.state != "active":
            checkin.state = "missed" if placement.state == "active" else "dropped"
        else:
            checkin.state = "due"
    s.flush()


def _unanswered(s: Session, asked_before: dt.datetime) -> Iterator[tuple[Checkin, Placement]]:
    query = (
        sa.select(Checkin, Placement)
        .join(Placement, Placement.id == Checkin.placement_id)
        .where(Checkin.state == "asked", Checkin.asked_at <= asked_before)
    )
    yield from s.execute(query.order_by(Checkin.id).limit(load("checkins")["most_a_run"])).all()


# -- finding the question that an answer belongs to ------------------------------------------------------------------


def number_of(s: Session, outbound_id: int | None) -> int | None:
    """Which check-in a message asks; None for any other message."""
    if outbound_id is None:
        return None
    dedupe = s.scalar(sa.select(OutboundMessage.dedupe).where(OutboundMessage.id == outbound_id)) or ""
    return int(dedupe.split(":")[1]) if dedupe.startswith("checkin:") else None


def find(s: Session, contact: Contact, checkin_id: int | None, reply_to: int | None = None) -> Checkin | None:
    """The question that is answered: the one named, else the one replied to, else the newest asked in this chat.

    None where nothing was asked lately, or where the question named is not for somebody this chat speaks for.
    """
    checkin_id = checkin_id or number_of(s, reply_to)
    own = sa.select(ContactWorker.worker_id).where(ContactWorker.contact_id == contact.id)
    query = sa.select(Checkin).where(Checkin.worker_id.in_(own))
    if checkin_id is not None:
        return s.scalar(query.where(Checkin.id == checkin_id))
    since = clock.due_now() - dt.timedelta(days=load("checkins")["answers_for_days"])
    newest = query.where(Checkin.contact_id == contact.id, Checkin.asked_at > since)
    newest = newest.where(Checkin.state.in_(("asked", "missed")))
    return s.scalars(newest.order_by(Checkin.asked_at.desc(), Checkin.id.desc()).limit(1)).first()
