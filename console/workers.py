"""`/workers`: find a person; one person's record with where each fact comes from, and what happened."""

import secrets

import sqlalchemy as sa
from starlette.responses import Response

from console import access, decisions, rendering, timelines
from console.routing import HELPERS, Visit, go, page
from core import profile, sealing
from core.errors import NotAllowed
from core.models import Consent, Contact, ContactWorker, SealedNumber, User, Worker, WorkerFact

PER_PAGE = 50
FIELDS = (
    "sex", "birth_on", "id_number_id", "phone_id", "household_no", "household_role", "household_members",
    "county_code", "township_code", "village", "programme_status", "relocated", "labour_ability", "limits", "trades",
    "certificates", "unpaid_work", "school_years", "wish", "reach", "hours", "training_wish", "work_state",
)  # fmt: skip


@page("/workers")
def workers(visit: Visit) -> Response:
    words, at = visit.query("q"), max(1, visit.number("page"))
    query = sa.select(Worker).where(access.workers(visit.user), Worker.left_at.is_(None))
    if words:
        query = query.where(_matches(words))
    if visit.query("state"):
        query = query.where(Worker.work_state == visit.query("state"))
    total = visit.s.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    query = query.order_by(Worker.county_code, Worker.township_code, Worker.village, Worker.name, Worker.id)
    return visit.show(
        "workers.html",
        workers=list(visit.s.scalars(query.limit(PER_PAGE).offset((at - 1) * PER_PAGE))),
        total=total, at=at, pages=-(-total // PER_PAGE), q=words, state=visit.query("state"),
        states=rendering.words()["work_state"], villages=_villages(visit),
    )  # fmt: skip


def _matches(words: str) -> sa.sql.ColumnElement[bool]:
    """Every word is in the name or the village, or is the end of the phone."""
    conditions = []
    for word in words.split()[:5]:
        if word.isdecimal() and len(word) >= 4:
            tails = sa.select(SealedNumber.id).where(SealedNumber.kind == "phone", SealedNumber.tail == word[-4:])
            conditions.append(Worker.phone_id.in_(tails))
        else:
            conditions.append(
                sa.or_(Worker.name.contains(word, autoescape=True), Worker.village.contains(word, autoescape=True))
            )
    return sa.and_(*conditions)


def _villages(visit: Visit) -> list[tuple[str | None, str]]:
    """Township and name of each village."""
    place = (Worker.township_code, Worker.village)
    query = sa.select(*place).where(access.workers(visit.user), Worker.village.is_not(None)).distinct()
    return [(township, village) for township, village in visit.s.execute(query.order_by(*place)).all()]


def _facts(visit: Visit, worker: Worker) -> dict[str, tuple[WorkerFact, str]]:
    """The newest fact of each field, and who it comes from in words."""
    query = sa.select(WorkerFact).where(WorkerFact.worker_id == worker.id).order_by(WorkerFact.id)
    users = {f"user:{u.login}": (u.name, u.name_en) for u in visit.s.scalars(sa.select(User))}
    english = visit.language == "en"
    return {fact.field: (fact, users.get(fact.author, ("", ""))[english]) for fact in visit.s.scalars(query)}


def _shown(visit: Visit, worker: Worker, revealed: dict[str, str], *, wrong_id: bool = False) -> Response:
    s = visit.s
    numbers = {
        name: s.get(SealedNumber, key)
        for name, key in (("id_number_id", worker.id_number_id), ("phone_id", worker.phone_id))
        if key
    }
    contacts = sa.select(Contact, ContactWorker).join(ContactWorker, ContactWorker.contact_id == Contact.id)
    consents = sa.select(Consent).where(Consent.worker_id == worker.id).order_by(Consent.id)
    return visit.show(
        "worker.html", 400 if wrong_id else 200, wrong_id=wrong_id,
        worker=worker, fields=FIELDS, facts=_facts(visit, worker), numbers=numbers, revealed=revealed,
        contacts=s.execute(contacts.where(ContactWorker.worker_id == worker.id)).all(),
        consents={consent.purpose: consent for consent in s.scalars(consents)},
        timeline=timelines.of(s, visit.user, worker),
        open=decisions.open_of(s, worker, visit.language),
        caseworker=s.get(User, worker.caseworker_id) if worker.caseworker_id else None,
        may_help=visit.user.role in HELPERS, choices=rendering.words(), key=secrets.token_hex(8),
    )  # fmt: skip


@page("/workers/{worker_id:int}")
def worker(visit: Visit, worker_id: int) -> Response:
    return _shown(visit, access.worker(visit.s, visit.user, worker_id), {})


@page("/workers/{worker_id:int}/reveal", method="POST", roles=HELPERS)
def reveal(visit: Visit, worker_id: int) -> Response:
    """Show a number in clear once, on this answer only, for a reason that the audit keeps."""
    found, which, reason = access.worker(visit.s, visit.user, worker_id), visit.field("which"), visit.words("reason")
    if which not in ("id_number_id", "phone_id") or len(reason) < 2:
        raise NotAllowed("a number is shown for a reason")
    row = visit.s.get(SealedNumber, getattr(found, which) or 0)
    if row is None:
        return go(f"/workers/{worker_id}")
    visit.record("number_shown", "worker", worker_id, which=row.kind, reason=reason[:200])
    return _shown(visit, found, {which: sealing.unseal(row)})


@page("/workers/{worker_id:int}/facts", method="POST", roles=HELPERS)
def edit(visit: Visit, worker_id: int) -> Response:
    """Set what the desk may set; a wrong ID number is told, the rest is kept; unchanged fields stay as they are, with the source that they have."""
    found = access.worker(visit.s, visit.user, worker_id)
    for field, value in _edited(visit, found).items():
        if value != getattr(found, field):
            key = f"desk:{worker_id}:{field}:{visit.field('key')}"
            profile.set_fact(
                visit.s, found, field, value, source="caseworker", author=f"user:{visit.user.login}", key=key
            )
            visit.record("fact_set", "worker", worker_id, field=field)
    number = sealing.bare(visit.field("id_number"))
    if number and sealing.kind_of(number) != "id_number":
        return _shown(visit, found, {}, wrong_id=True)
    return go(f"/workers/{worker_id}")


def _edited(visit: Visit, worker: Worker) -> dict:
    words = rendering.words()
    status, ability = visit.field("programme_status"), visit.field("labour_ability")
    limits = [str(code) for code in visit.form.getlist("limits")]
    if status not in words["programme_status"] or ability not in words["labour_ability"]:
        raise NotAllowed("a value that is not on the list")
    if not set(limits) <= set(words["limit"]) | set(worker.limits):
        raise NotAllowed("a limit that is not on the list")
    edited = {
        "programme_status": status,
        "labour_ability": ability,
        "relocated": {"yes": True, "no": False}.get(visit.field("relocated")),
        "limits": limits,
    }
    number = sealing.bare(visit.field("id_number"))
    if number and sealing.kind_of(number) == "id_number":
        edited["id_number_id"] = sealing.seal(visit.s, "id_number", number).id
    return edited
