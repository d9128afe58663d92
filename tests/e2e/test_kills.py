"""kill -9 of every process of the whole house while people write: nothing lost, nothing done twice, order kept.

`--kills N` is how often each process dies (Rasa `--rasa-kills N`), at points of chance that SEED fixes.
"""

import contextlib
import dataclasses
import datetime as dt
import json
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.relay_turns import message_id
from core import buttons, clock, consents, contacts, db, demo, escalations, registration
from core.config import settings
from core.models import (
    Application,
    Checkin,
    Contact,
    ContactWorker,
    Escalation,
    EscalationEvent,
    InboundMessage,
    OutboundMessage,
    Placement,
    Vacancy,
    Worker,
)
from tests import postgres
from tests.botapi.server import TOKEN, BotApi, running
from tests.conftest import BOTH
from tests.e2e.brain import at_home, train
from tests.e2e.kills import AGAIN, LEAVES, PROCESSES, Helper, Killer, Phone, Restarter, Writer
from tests.e2e.stack import Stack, until

SEED = 20261125
WRITERS, OPENINGS = 6, 3
PHONES = [7001 + number for number in range(4)]
COUNTY, HELPER, FIRM = "621121", "helper", "示范电子厂"


@dataclasses.dataclass
class Town:
    """A house, its people, and what they are about to do."""

    stack: Stack
    telegram: BotApi
    server: postgres.Server | None
    stopping: threading.Event
    writers: list[Writer]
    phones: list[Phone]
    helper: Helper
    held: int  # the contact whose chat the helper has
    places: dict[int, int]  # places left before anybody applied, by opening

    @property
    def people(self) -> list:
        return [*self.writers, *self.phones, self.helper]


@pytest.fixture(params=BOTH)
def town(request, tmp_path) -> Iterator[Town]:
    train()
    with contextlib.ExitStack() as left:
        telegram = left.enter_context(running())
        more = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": telegram.address, "SECRET_KEY": "k" * 32}
        server = None
        if request.param == "postgresql":
            # What is confirmed must be written: only a loss of power is left out.
            server = left.enter_context(postgres.running(("fsync=off", "max_connections=200")))
            more["DATABASE_URL"] = server.url
        stack = Stack(tmp_path, **more).start()
        try:
            stack.ready()
            database = more.get("DATABASE_URL", f"sqlite:///{stack.settings['WENGANG_VAR']}/wengang.db")
            left.enter_context(at_home({**stack.settings, "DATABASE_URL": database}))
            yield _peopled(stack, telegram, server)
        finally:
            stack.close()


def _peopled(stack: Stack, telegram: BotApi, server: postgres.Server | None) -> Town:
    stopping = threading.Event()
    with db.writing() as s:
        people = _slips(s)
        case = _case(s)
        places = _openings(s)
    writers = [Writer(stack.chat, code, stopping, SEED) for code in people]
    phones = [Phone(telegram.world, chat, stopping, SEED) for chat in PHONES]
    helper = Helper(stack.desk, HELPER, case.id, stopping, SEED)
    with db.writing() as s:
        for writer, code in zip(writers, people, strict=True):
            contact = s.scalar(sa.select(Contact).where(Contact.worker_id == people[code]))
            writer.contact_id, writer.taps = contact.id, _taps(s, contact, list(places))
    return Town(stack, telegram, server, stopping, writers, phones, helper, case.contact_id, places)


def _slips(s) -> dict[str, int]:
    """People who look for work and have no chat yet, by the code of their slip."""
    known = sa.exists().where(ContactWorker.worker_id == Worker.id)
    free = sa.select(Worker).where(Worker.county_code == COUNTY, Worker.work_state == "wants_work", ~known)
    return {
        registration.make_slip(s, worker, None): worker.id
        for worker in s.scalars(free.order_by(Worker.id).limit(WRITERS))
    }


def _case(s) -> Escalation:
    contact = contacts.of_channel(s, "web", "held")
    return escalations.open_case(s, contact, "person_wanted", key="held")


def _openings(s) -> dict[int, int]:
    found = sa.select(Vacancy.id, Vacancy.places_left).where(
        Vacancy.kind == "factory", Vacancy.state == "open", Vacancy.places_left > 2 * WRITERS
    )
    return dict(s.execute(found.order_by(Vacancy.id).limit(OPENINGS)).all())


def _taps(s, contact: Contact, vacancies: list[int]) -> list[str]:
    """Buttons: a job that was begun, then each opening twice."""
    worker = s.get(Worker, contact.worker_id)
    for purpose in ("follow_up", "sharing"):
        consents.record(s, contact, worker, purpose, True, key=f"kills:{contact.id}:{purpose}")
    begun = {"employer": FIRM, "date": clock.today().isoformat(), "region": "浙江嘉兴"}
    meant = [("report_employed", begun)]
    meant += [("apply_job", {"vacancy_id": str(number)}) for number in vacancies for _ in range(2)]
    return [buttons.make(s, contact, buttons.payload_of(*one), "开始上班了", None) for one in meant]


# -- while it runs -----------------------------------------------------------------------------------------------------


def _disturb(town: Town, kills: int, rasa_kills: int) -> list[Killer]:
    """Everybody writes; everything dies, on PostgreSQL the database too."""
    killers = [Killer(town.stack, name, rasa_kills if name == "rasa" else kills, SEED) for name in PROCESSES]
    if town.server is not None:
        killers.append(Restarter(town.server, kills, SEED))
    everybody = [*town.people, *killers]
    for thread in everybody:
        thread.start()
    _wait(lambda: _count(Placement, Placement.employer_name == FIRM) == WRITERS, everybody, "the jobs")
    _insist(lambda s: demo.clock_set(s, _at_eleven(days=3)))
    _wait(lambda: not any(killer.is_alive() for killer in killers), everybody, "the end of the killing", seconds=3600)
    town.stopping.set()
    _wait(lambda: not any(person.is_alive() for person in town.people), everybody, "the last words")
    return killers


def _wait(is_so: Callable[[], bool], threads: list, what: str, seconds: float = AGAIN) -> None:
    """Until it is so; what went wrong in a thread goes wrong here."""

    def looked() -> bool:
        for error in (thread.error for thread in threads if thread.error):
            raise error
        try:
            return is_so()
        except SQLAlchemyError:  # the database is just being started again
            return False

    until(looked, seconds, what, every=0.5)


def _insist(change: Callable) -> None:
    def done() -> bool:
        try:
            with db.writing() as s:
                change(s)
        except SQLAlchemyError:
            return False
        return True

    until(done, AGAIN, "the database")


def _at_eleven(days: int) -> dt.datetime:
    """Eleven o'clock in China, an hour after the day's questions fall due."""
    day = clock.local(clock.now()).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(11), clock.CHINA)


def _count(table, *where) -> int:
    with db.reading() as s:
        return s.scalar(sa.select(sa.func.count()).select_from(table).where(*where))


def _settled() -> bool:
    """Everything is answered, and what goes out by itself has gone."""
    telegram = OutboundMessage.contact_id.in_(sa.select(Contact.id).where(Contact.channel == "telegram"))
    begun = sa.select(Placement.id).where(Placement.employer_name == FIRM)
    return not (
        _count(Checkin, Checkin.step == "day3", Checkin.state == "due", Checkin.placement_id.in_(begun))
        or _count(InboundMessage, InboundMessage.state == "new")
        or _count(OutboundMessage, telegram, OutboundMessage.state.in_(("ready", "sending")))
    )


# -- what must be true then ------------------------------------------------------------------------------------------


def _rows(table, contact_id: int) -> list:
    with db.reading() as s:
        return list(s.scalars(sa.select(table).where(table.contact_id == contact_id).order_by(table.n)))


def _turns(key: str) -> list[str]:
    """The message ids of the turns that Rasa keeps of a conversation."""
    engine = sa.create_engine(settings().tracker_url, future=True)
    query = sa.text("SELECT data FROM events WHERE sender_id = :key AND type_name = 'user' ORDER BY id")
    with engine.connect() as connection:
        found = [json.loads(row.data)["metadata"]["message_id"] for row in connection.execute(query, {"key": key})]
    engine.dispose()
    return found


def _check_chat(contact: Contact, source_keys: list[str] | None) -> None:
    """Each message is a row once, in the order of writing; each is one turn of Rasa and has its answers, in that order."""
    came, went = _rows(InboundMessage, contact.id), _rows(OutboundMessage, contact.id)
    written = [row.source_key for row in came if row.kind not in ("internal", "start")]
    assert source_keys is None or written == source_keys
    assert Counter(row.state for row in came) == {"done": len(came)}
    assert _turns(contact.key) == [message_id(row) for row in came]
    answered = [row.dedupe.partition(":")[0] for row in went if row.kind == "reply"]
    assert list(dict.fromkeys(answered)) == [message_id(row) for row in came]


def _check_writer(writer: Writer, contact: Contact) -> None:
    _check_chat(contact, [f"web:{contact.id}:{own}" for own in writer.stored])
    writer.read()
    assert writer.heard == writer.everything()
    assert [line["id"] for line in writer.heard if line["id"]] == writer.stored


def _check_phone(phone: Phone, contact: Contact) -> int:
    """How many copies came; none was lost, and the order is that of the chat."""
    _check_chat(contact, None)
    assert [row.text for row in _rows(InboundMessage, contact.id) if row.kind == "text"] == phone.said
    went = [row for row in _rows(OutboundMessage, contact.id) if row.kind == "reply"]
    assert Counter(row.state for row in went) == {"sent": len(went)}
    numbers = [int(row.provider_id) for row in went]
    assert numbers == sorted(set(numbers))
    return len(phone.world.texts(phone.chat)) - len(_rows(OutboundMessage, contact.id))


def _check_effects(town: Town) -> None:
    """Each opening applied for once, with one place less and one word to the desk; one job each, asked about once."""
    with db.reading() as s:
        workers = {
            number for (number,) in s.execute(sa.select(Contact.worker_id).where(Contact.worker_id.is_not(None)))
        }
        jobs = s.scalars(sa.select(Placement).where(Placement.employer_name == FIRM)).all()
        workers &= {job.worker_id for job in jobs}
        made = s.execute(
            sa.select(Application.worker_id, Application.vacancy_id).where(Application.worker_id.in_(workers))
        ).all()
        told = s.scalars(
            sa.select(EscalationEvent.dedupe)
            .join(Escalation, Escalation.id == EscalationEvent.escalation_id)
            .where(Escalation.kind == "application", Escalation.worker_id.in_(workers))
        ).all()
        left = dict(s.execute(sa.select(Vacancy.id, Vacancy.places_left).where(Vacancy.id.in_(town.places))).all())
        asked = s.scalars(sa.select(OutboundMessage.contact_id).where(OutboundMessage.kind == "checkin")).all()
        questions = s.scalars(
            sa.select(Checkin.state).where(Checkin.step == "day3", Checkin.placement_id.in_(j.id for j in jobs))
        ).all()
    assert len(jobs) == len(workers) == WRITERS
    assert Counter(map(tuple, made)) == {(worker, opening): 1 for worker in workers for opening in town.places}
    assert left == {opening: places - WRITERS for opening, places in town.places.items()}
    assert len(told) == len(set(told)) == WRITERS * OPENINGS
    assert questions == ["asked"] * WRITERS
    assert sorted(Counter(asked).values()) == [1] * WRITERS


def _check_desk(town: Town) -> None:
    replies = [row.text for row in _rows(OutboundMessage, town.held) if row.sender == "caseworker"]
    assert replies == town.helper.said


@pytest.mark.timeout(3600)
def test_it_loses_nothing_and_does_nothing_twice_whatever_dies(town, kills, capsys):
    killers = _disturb(town, *kills)
    _wait(_settled, killers, "the last answer", seconds=1800)
    with db.reading() as s:
        chats = {contact.id: contact for contact in s.scalars(sa.select(Contact))}
    by_name = {contact.external_id: contact for contact in chats.values()}
    for writer in town.writers:
        _check_writer(writer, chats[writer.contact_id])
    copies = sum(_check_phone(phone, by_name[str(phone.chat)]) for phone in town.phones)
    deaths = {killer.victim: killer.deaths for killer in killers}
    assert copies <= deaths["sender"] + deaths.get("database", 0)
    _check_effects(town)
    _check_desk(town)
    left_after = {killer.victim: round(killer.left_after, 1) for killer in killers}
    assert max(left_after.values()) < LEAVES
    whole = town.stack.stop(signal.SIGTERM)
    assert whole < LEAVES
    with capsys.disabled():
        sent = sum(len(writer.stored) for writer in town.writers), sum(len(phone.said) for phone in town.phones)
        print(f"\nseed {SEED}: deaths {deaths}; stored {sent[0]} web, {sent[1]} Telegram, {len(town.helper.said)} desk")
        print(f"0 lost, 0 effects twice, in order; {copies} copies; left after {left_after} s, all of it {whole:.1f} s")
