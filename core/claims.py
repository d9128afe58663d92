"""Claims: a worker's wish for a subsidy, kept once, with a case for the caseworker; and how it stands, in plain words."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, contacts, doors, escalations, outbox, subsidies, times, troubles
from core.errors import NotFound
from core.models import Claim, Contact, Worker
from core.policies import load
from core.responses import Said, render, text
from core.sequences import Heard
from core.subsidy_files import Instrument, catalogue

ALIVE = ("asked", "with_office", "granted")
DECISIONS = ("with_office", "granted", "refused", "paid")
STATES = {
    "asked": "utter_claim_asked",
    "with_office": "utter_claim_with_office",
    "granted": "utter_claim_granted",
    "refused": "utter_claim_refused",
    "paid": "utter_claim_paid",
    "withdrawn": "utter_claim_withdrawn",
}


def of_worker(s: Session, worker: Worker, subsidy: str | None = None) -> list[Claim]:
    """A worker's claims, the newest first; of one instrument when it is named."""
    query = sa.select(Claim).where(Claim.worker_id == worker.id).order_by(Claim.id.desc())
    return list(s.scalars(query.where(Claim.subsidy == subsidy) if subsidy else query))


def apply(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """`apply_subsidy`: the wish is kept and a person has a case; needs a record, else registration comes first."""
    instrument = subsidies.meant(s, contact, turn)
    if instrument is None:
        return [subsidies.which(s, contact, "apply_subsidy", turn.language)]
    subsidies.speak_of(s, contact, instrument)
    name, values = instrument.name.in_(turn.language), contacts.values(s, contact, turn.language)
    if not instrument.personal:
        return [render("utter_subsidy_employer_side", turn.language, **values, name=name)]
    worker = contacts.active_worker(s, contact)
    if worker is None:
        carried = {"value": "apply_subsidy", "subsidy_id": instrument.id}
        contacts.go_on(s, contact, "register", carried, key=turn.key("register"))
        return [render("utter_subsidy_needs_record", turn.language, name=name)]
    if turn.entity("relation") and instrument.recipient == "worker":
        return [_for_relative(s, contact, instrument, turn)]
    return _claim(s, contact, worker, instrument, turn)


def _for_relative(s: Session, contact: Contact, instrument: Instrument, turn: Heard) -> Said:
    """A wish for somebody else is no claim of the one on record: a person sorts out whose it is."""
    case = escalations.open_case(
        s, contact, "subsidy", key=turn.key("claim", 1), detail=f"{instrument.name.zh}：{turn.text}"
    )
    noted = text("utter_subsidy_for_relative", turn.language, name=instrument.name.in_(turn.language))
    return Said(f"{noted}\n{escalations.who_comes(s, case, turn.language)}", [])


def _claim(s: Session, contact: Contact, worker: Worker, instrument: Instrument, turn: Heard) -> list[Said]:
    language, name, key = turn.language, instrument.name.in_(turn.language), turn.key("claim")
    before = next((c for c in of_worker(s, worker, instrument.id) if c.state in ALIVE and c.dedupe != key), None)
    if before is not None:
        said = state_told(s, contact, before, language)
        return [render("utter_subsidy_claimed_before", language, name=name, state=said)]
    code = subsidies.area_of(s, contact, instrument)
    rule = subsidies.rules_for(instrument, code)[0]
    _keep(s, contact, worker, instrument, key, {"area": rule.area, "rule": rule.state()})
    case = escalations.open_case(s, contact, "subsidy", key=f"{key}:case", detail=f"{instrument.name.zh}：{turn.text}")
    who = escalations.who_comes(s, case, language)
    noted = f"{text('utter_subsidy_claimed', language, name=name)}\n{who}"
    escalations.answered_first(case, noted)
    return [Said(noted, []), *_papers(s, contact, instrument, code, language)]


def _keep(s: Session, contact: Contact, worker: Worker, instrument: Instrument, key: str, facts: dict) -> None:
    if s.scalar(sa.select(Claim.id).where(Claim.dedupe == key)) is None:
        now = clock.now()
        s.add(
            Claim(
                worker_id=worker.id, contact_id=contact.id, subsidy=instrument.id, facts=facts, dedupe=key,
                made_at=now, changed_at=now,
            )
        )  # fmt: skip
        s.flush()


def _papers(s: Session, contact: Contact, instrument: Instrument, code: str | None, language: str) -> list[Said]:
    told = subsidies.tell(instrument, "documents", code, language)
    lines = (
        [text("utter_subsidy_papers", language, papers=told.words), subsidies.basis(told.rule, language)]
        if told
        else []
    )
    rule = subsidies.rules_for(instrument, code)[0]
    if warning := subsidies.caution(s, contact, rule, language):
        lines.append(warning)
    return [Said("\n".join(lines), [])] if lines else []


def decide(s: Session, claim_id: int, state: str) -> Claim:
    """What the office said (one of DECISIONS): kept, and told to the worker once for each state.

    Raises NotFound, or ValueError for another state. The same state again changes nothing.
    """
    if state not in DECISIONS:
        raise ValueError(f"{state} is no decision")
    claim = s.get(Claim, claim_id, with_for_update=True, populate_existing=True)
    if claim is None or claim.state not in ALIVE:
        raise NotFound(f"claim {claim_id}")
    if claim.state == state:
        return claim
    claim.state, claim.changed_at = state, clock.now()
    contact = contacts.speaks_for(s, claim.contact_id, claim.worker_id)
    if contact is not None:
        said = {
            "name": catalogue()[claim.subsidy].name.in_(contact.language),
            "state": state_told(s, contact, claim, contact.language),
        }
        outbox.say(s, contact, "utter_claims_line", dedupe=f"claim:{claim.id}:{state}", **said)
    return claim


# -- how it stands -------------------------------------------------------------------------------------------------------


def state_told(s: Session, contact: Contact, claim: Claim, language: str) -> str:
    """How a claim stands, in a worker's words; the amount only when it is on record as paid."""
    if claim.state == "paid" and claim.amount:
        return text("utter_claim_paid_amount", language, amount=f"{claim.amount:.2f}".removesuffix(".00"))
    day = times.day(clock.local(claim.made_at).date(), language)
    caseworker = contacts.values(s, contact, language)["caseworker"]
    return text(STATES[claim.state], language, day=day, caseworker=caseworker)


def status(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """`subsidy_status`: the worker's claims and how each stands; where nothing was named, wages or subsidy is asked first."""
    named = catalogue().get(turn.entity("subsidy_id") or "") or subsidies.find(turn.text, turn.entity("subsidy"))
    if named is None and not _about_subsidies(turn):
        return [render("utter_ask_which_money", turn.language)]
    worker = contacts.active_worker(s, contact)
    found = of_worker(s, worker, named.id if named else None) if worker is not None else []
    return [_listed(s, contact, found, turn.language) if found else _none(s, contact, named, turn.language)]


def _about_subsidies(turn: Heard) -> bool:
    said = troubles.pattern(load("subsidy_words")["about_subsidies"]).search(troubles.plain(turn.text))
    return bool(said or turn.entity("subsidy") or turn.entity("kind"))


def _listed(s: Session, contact: Contact, found: list[Claim], language: str) -> Said:
    lines = []
    for claim in found:
        name = catalogue()[claim.subsidy].name.in_(language) if claim.subsidy in catalogue() else claim.subsidy
        lines.append(text("utter_claims_line", language, name=name, state=state_told(s, contact, claim, language)))
        claim.seen_by_worker = True
    return render("utter_claims_listed", language, claims="\n".join(lines))


def _none(s: Session, contact: Contact, named: Instrument | None, language: str) -> Said:
    values = contacts.values(s, contact, language)
    if named is None or not named.personal:
        return render("utter_claims_none", language, **values)
    said = render("utter_claims_none_of", language, **values, name=named.name.in_(language))
    return Said(said.text, [{**b, "payload": b["payload"].replace("SUBSIDY", named.id)} for b in said.buttons])


# -- a business of one's own ---------------------------------------------------------------------------------------------


def business(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """`ask_entrepreneurship`: loan and grant as the catalogue has them for the area, then the way and the person; who hires goes to the office."""
    if doors.employer_speaks(turn.text):
        return [doors.answer(s, contact, "employer_writes", turn.language)]
    language, lines = turn.language, [text("utter_business_told", turn.language)]
    for subsidy in ("startup_loan", "startup_grant"):
        instrument = catalogue()[subsidy]
        code = subsidies.area_of(s, contact, instrument, turn.entity("region"))
        told = subsidies.tell(instrument, "amount", code, language)
        if told is not None:
            head = text("utter_subsidy_head", language, name=instrument.title(language))
            warning = subsidies.caution(s, contact, told.rule, language)
            lines += [head + told.words, subsidies.basis(told.rule, language), *([warning] if warning else [])]
    guidance = render("utter_business_guidance", language, **contacts.values(s, contact, language))
    return [Said("\n".join(lines), []), guidance]
