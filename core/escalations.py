"""Cases that need a person: opened once, joined when more is said, taken, answered, handed back, closed."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, contacts, deadlines, outbox, times
from core.errors import NotAllowed
from core.models import Contact, Escalation, EscalationEvent, Office, OutboundMessage, User, Worker
from core.policies import load
from core.responses import render, text

MANAGERS = ("county_manager", "province_manager", "admin")
HELD_LONG = dt.timedelta(hours=2)
LATE_HELD = dt.timedelta(minutes=15)  # so that of two who take a late case one has it
LIVE_PRIORITY = 20  # what a person says goes before what the bot says


# -- opening ---------------------------------------------------------------------------------------------------------


def open_case(
    s: Session,
    contact: Contact | None,
    kind: str,
    *,
    key: str,
    severity: int | None = None,
    detail: str | None = None,
    worker: Worker | None = None,
    about_user_id: int | None = None,
) -> Escalation:
    """The case of this kind: a new one, or the open one of the same person with `detail` added to it.

    `severity` 1 (danger) to 4; by default that of the kind (policy/escalations.yml). A complaint about a user is never
    assigned to that user and joins no other. Guarantee: the same `key` twice changes nothing and gives the same case.
    """
    if known := _by_key(s, key):
        return known
    worker = worker or (contacts.active_worker(s, contact) if contact else None)
    severity = severity or load("escalations")["kinds"][kind]
    case = _unsettled(s, contact, worker, kind, about_user_id)
    if case is not None:
        case.worker_id = case.worker_id or (worker and worker.id)
        _join(s, case, severity, detail, key)
        return case
    county = _county(s, contact, worker)
    case = Escalation(
        contact_id=contact and contact.id,
        worker_id=worker and worker.id,
        county_code=county,
        kind=kind,
        detail=detail,
        severity=severity,
        assigned_to=_helper(s, worker, county, about_user_id),
        about_user_id=about_user_id,
        due_at=deadlines.due(severity, clock.due_now()),
        dedupe=key,
        opened_at=clock.now(),
    )
    s.add(case)
    s.flush()
    _happened(s, case, "opened", note=detail, key=key)
    return case


def _by_key(s: Session, key: str) -> Escalation | None:
    query = sa.select(Escalation).join(EscalationEvent, EscalationEvent.escalation_id == Escalation.id)
    return s.scalar(query.where(EscalationEvent.dedupe == key))


def _unsettled(
    s: Session, contact: Contact | None, worker: Worker | None, kind: str, about_user_id: int | None
) -> Escalation | None:
    if contact is None and worker is None:
        return None
    same_chat = Escalation.contact_id == (contact and contact.id)
    same_person = sa.or_(Escalation.worker_id == worker.id, Escalation.worker_id.is_(None)) if worker else sa.true()
    query = sa.select(Escalation).where(
        same_chat,
        same_person,
        Escalation.kind == kind,
        Escalation.state != "closed",
        Escalation.about_user_id == about_user_id,
    )
    return s.scalar(query.order_by(Escalation.id.desc()).limit(1))


def _join(s: Session, case: Escalation, severity: int, detail: str | None, key: str) -> None:
    _happened(s, case, "added", note=detail, key=key)
    worse = severity < case.severity
    if worse:
        case.severity, case.due_at = severity, min(case.due_at, deadlines.due(severity, clock.due_now()))
    late = case.state == "open" and case.due_at <= clock.due_now()
    if worse or late or (case.severity == 1 and case.state == "open"):
        pause = dt.timedelta(minutes=0 if worse else load("escalations")["push_again_minutes"])
        case.push_after = case.pushed_at and case.pushed_at + pause
        case.pushed_at, case.push_tries = None, 0


def resort(s: Session, key: str, kind: str) -> None:
    """A case opened by `key` before it was known what it is about turns out to be a `kind`; only while nobody has it.

    Where there is an open case of that kind already, this one is settled by it.
    """
    case = _by_key(s, key)
    if case is None or case.kind == kind or case.state != "open":
        return
    contact = s.get(Contact, case.contact_id) if case.contact_id else None
    worker = s.get(Worker, case.worker_id) if case.worker_id else None
    if _unsettled(s, contact, worker, kind, case.about_user_id) is not None:
        close(s, case, None, "referred")
        return
    case.kind, case.severity = kind, load("escalations")["kinds"][kind]
    case.due_at = min(case.due_at, deadlines.due(case.severity, clock.due_now()))
    _happened(s, case, "noted", note=kind)


def open_of(s: Session, contact: Contact, kind: str | None = None) -> Escalation | None:
    """The open case of this chat (of this kind) that matters most: danger first, then the newest."""
    query = sa.select(Escalation).where(Escalation.contact_id == contact.id, Escalation.state != "closed")
    if kind is not None:
        query = query.where(Escalation.kind == kind)
    return s.scalars(query.order_by(Escalation.severity != 1, Escalation.id.desc()).limit(1)).first()


def add(s: Session, case: Escalation, words: str, key: str) -> None:
    """Keep what came after a case was opened (a photo, a place); the same `key` twice is one."""
    if _by_key(s, key) is None:
        _happened(s, case, "added", note=words, key=key)


def about(s: Session, key: str, user: User | None) -> Escalation | None:
    """It turns out whom the complaint opened by `key` is about (None: none of the office); it goes on the right list."""
    case = _by_key(s, key)
    if case is None or case.state != "open":
        return case
    worker = s.get(Worker, case.worker_id) if case.worker_id else None
    case.about_user_id = user and user.id
    case.assigned_to = _helper(s, worker, case.county_code, case.about_user_id)
    s.flush()
    return case


def _county(s: Session, contact: Contact | None, worker: Worker | None) -> str | None:
    if worker is not None and worker.county_code:
        return worker.county_code
    office = s.get(Office, contact.office_id) if contact is not None and contact.office_id else None
    office = office or s.scalar(sa.select(Office).where(Office.is_default.is_(True)).limit(1))
    return office and office.county_code


def _helper(s: Session, worker: Worker | None, county: str | None, about: int | None) -> int | None:
    """Whose list the case goes on."""
    own = s.get(User, worker.caseworker_id) if worker is not None and worker.caseworker_id else None
    if about is None and own is not None and own.active:
        return own.id
    roles = load("escalations")["complaint_roles"] if about else ["caseworker", "county_manager"]
    return next((found for role in roles if (found := _of_role(s, role, county, about))), None)


def _of_role(s: Session, role: str, county: str | None, not_user: int | None) -> int | None:
    here = sa.literal(county or "").startswith(User.area_code)
    query = sa.select(User.id).where(User.role == role, User.active.is_(True), here, User.id != (not_user or 0))
    return s.scalar(query.order_by(User.id).limit(1))


def _happened(
    s: Session,
    case: Escalation,
    verb: str,
    *,
    user: User | None = None,
    note: str | None = None,
    key: str | None = None,
) -> EscalationEvent:
    event = EscalationEvent(
        escalation_id=case.id, user_id=user and user.id, verb=verb, note=note, at=clock.now(), dedupe=key
    )
    s.add(event)
    s.flush()
    return event


# -- what the worker is told -----------------------------------------------------------------------------------------


def who_comes(s: Session, case: Escalation, language: str) -> str:
    """Who gets in touch, by when, and whom to phone if nobody does; nothing that the case does not say."""
    office = _office(s, case, language)
    helper, name = _named(s, case, office, language)
    if case.severity == 1:
        response, phone = "utter_who_comes_now", office["on_call"] or office["phone"]
    else:
        late = case.due_at <= clock.due_now()
        response = "utter_who_is_late" if late else "utter_who_comes"
        phone = (helper.phone if helper else None) or office["phone"]
    return text(
        response, language, who=name, office=office["name"], when=times.moment(case.due_at, language), phone=phone
    )


def still_comes(s: Session, case: Escalation, language: str) -> str:
    """Who looks after somebody who says that the danger is over."""
    return text("utter_safe_after_danger", language, who=helper_name(s, case, language))


def helper_name(s: Session, case: Escalation, language: str) -> str:
    """Whose case it is: the person's name, else the office's."""
    return _named(s, case, _office(s, case, language), language)[1]


def _named(s: Session, case: Escalation, office: dict[str, str], language: str) -> tuple[User | None, str]:
    helper = s.get(User, case.taken_by or case.assigned_to) if case.taken_by or case.assigned_to else None
    return helper, (helper.name if language == "zh" else helper.name_en) if helper else office["name"]


def _office(s: Session, case: Escalation, language: str) -> dict[str, str]:
    here = sa.case((Office.county_code == case.county_code, 0), (Office.is_default.is_(True), 1), else_=2)
    office = s.scalar(sa.select(Office).order_by(here, Office.id).limit(1))
    if office is None:
        return {"name": text("utter_government_line", language), "phone": "12345", "on_call": "110"}
    name = office.name if language == "zh" else office.name_en
    return {"name": name, "phone": office.phone, "on_call": office.on_call_phone or ""}


def answered_first(case: Escalation, words: str) -> None:
    """Keep what the worker was told at once; later answers do not replace it."""
    case.first_answer = case.first_answer or words


# -- working on a case -----------------------------------------------------------------------------------------------


def visible_to(user: User) -> sa.sql.Select:
    """The cases that a user may see: of their area or assigned to them, never one that is about them."""
    area = Escalation.county_code.startswith(user.area_code, autoescape=True)
    homeless = sa.and_(Escalation.county_code.is_(None), sa.literal(user.area_code == ""))
    mine = sa.or_(Escalation.assigned_to == user.id, Escalation.taken_by == user.id)
    about = sa.or_(Escalation.about_user_id.is_(None), Escalation.about_user_id != user.id)
    return sa.select(Escalation).where(sa.or_(area, homeless, mine), about)


def _check_not_about(case: Escalation, user: User) -> None:
    if case.about_user_id == user.id:
        raise NotAllowed("this case is not for this user")


def take(s: Session, case: Escalation, user: User) -> Escalation:
    """Take a case and hold its chat; a closed one is opened again.

    From another's hands a manager may take it, and a colleague of the county when it has been held for two hours or is
    overdue and was not just taken; the worker is told who speaks now. Guarantee: of two who take it at the same moment one has it (conditional UPDATE), the other gets NotAllowed.
    """
    _check_not_about(case, user)
    if case.state == "taken" and case.taken_by == user.id:
        return case
    if case.state == "closed":
        reopen(s, case, user)
    free = sa.or_(Escalation.state == "open", _to_take_over(user))
    won = s.execute(
        sa.update(Escalation)
        .where(Escalation.id == case.id, Escalation.taken_by.is_not_distinct_from(case.taken_by), free)
        .values(state="taken", taken_by=user.id, taken_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:
        raise NotAllowed("somebody else has taken this case")
    s.refresh(case)
    event = _happened(s, case, "taken", user=user)
    _hold(s, case, user, event)
    return case


def may_take(s: Session, case: Escalation, user: User) -> bool:
    """Whether `take` would give it: nobody has it, or it may be taken over."""
    free = sa.or_(Escalation.state == "open", _to_take_over(user))
    return s.scalar(sa.select(Escalation.id).where(Escalation.id == case.id, free)) is not None


def _to_take_over(user: User) -> sa.sql.ColumnElement[bool]:
    if user.role in MANAGERS:
        return Escalation.state != "closed"
    late, now = Escalation.due_at < clock.due_now(), clock.now()
    colleague = Escalation.county_code.startswith(user.area_code, autoescape=True)
    since = Escalation.taken_at
    left_lying = sa.or_(since <= now - HELD_LONG, sa.and_(late, since <= now - LATE_HELD))
    return sa.and_(Escalation.state == "taken", colleague, left_lying)


def _hold(s: Session, case: Escalation, user: User, event: EscalationEvent) -> None:
    contact = s.get(Contact, case.contact_id) if case.contact_id else None
    if contact is None:
        return
    contacts.hold(s, contact, case.id)
    name = user.name if contact.language == "zh" else user.name_en
    said = render("utter_person_here", contact.language, who=name)
    outbox.put(
        s, contact, dedupe=f"case:{case.id}:taken:{event.id}", text=said.text, kind="notice", case_id=case.id,
        language=contact.language, priority=LIVE_PRIORITY,
    )  # fmt: skip


def reply(s: Session, case: Escalation, user: User, words: str, key: str) -> OutboundMessage:
    """Say something in the chat of a case that this user has taken; the same key twice sends once. NotAllowed."""
    _check_not_about(case, user)
    if case.state != "taken" or case.taken_by != user.id:
        raise NotAllowed("take the case first")
    contact = s.get(Contact, case.contact_id) if case.contact_id else None
    if contact is None:
        raise NotAllowed("this case has no chat")
    sent = outbox.put(
        s, contact, dedupe=key, text=words, kind="caseworker", sender="caseworker", user_id=user.id, case_id=case.id,
        language=contact.language,
    )  # fmt: skip
    if s.scalar(sa.select(EscalationEvent.id).where(EscalationEvent.dedupe == key)) is None:
        _happened(s, case, "replied", user=user, key=key)
    return sent


def hand_back(s: Session, case: Escalation, user: User) -> None:
    """The bot speaks again; the case stays open on this user's list, with a new time to act by."""
    _check_not_about(case, user)
    if case.state != "taken":
        return
    case.state, case.taken_by, case.assigned_to = "open", None, user.id
    case.due_at = max(case.due_at, deadlines.due(max(case.severity, 3), clock.due_now()))
    _happened(s, case, "handed_back", user=user)
    _let_go(s, case)


def _let_go(s: Session, case: Escalation) -> None:
    contact = s.get(Contact, case.contact_id) if case.contact_id else None
    if contact is None or contact.held_by != "caseworker" or contact.held_case_id != case.id:
        return
    s.flush()
    other = s.scalar(
        sa.select(Escalation.id)
        .where(Escalation.contact_id == contact.id, Escalation.state == "taken", Escalation.id != case.id)
        .order_by(Escalation.severity, Escalation.id)
        .limit(1)
    )
    if other is None:
        contacts.release(s, contact)
    else:
        contacts.hold(s, contact, other)


def note(s: Session, case: Escalation, user: User, words: str) -> None:
    """Keep a remark that the worker does not see."""
    _check_not_about(case, user)
    _happened(s, case, "noted", user=user, note=words)


def close(s: Session, case: Escalation, user: User | None, outcome: str, words: str | None = None) -> None:
    """Settle a case with an outcome; the chat goes back to the bot. Closing twice changes nothing."""
    if user is not None:
        _check_not_about(case, user)
    if case.state == "closed":
        return
    case.state, case.outcome, case.closed_at = "closed", outcome, clock.now()
    _happened(s, case, "closed", user=user, note=words or None)
    _let_go(s, case)


def reopen(s: Session, case: Escalation, user: User, words: str | None = None) -> None:
    """Open a closed case again, with a new time to act by."""
    _check_not_about(case, user)
    if case.state != "closed":
        return
    case.state, case.outcome, case.closed_at, case.taken_by = "open", None, None, None
    case.due_at = deadlines.due(case.severity, clock.due_now())
    _happened(s, case, "reopened", user=user, note=words)
