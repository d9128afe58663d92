import datetime as dt
import json

import pytest
import sqlalchemy as sa

from core import (
    applications,
    clock,
    config,
    consents,
    contacts,
    db,
    escalations,
    inbox,
    outbox,
    privacy,
    privacy_answers,
    profile,
    registration,
    sealing,
)
from core.imports import workers
from core.models import (
    AuditEntry,
    Claim,
    Contact,
    Draft,
    Escalation,
    EscalationEvent,
    InboundMessage,
    Media,
    OutboundMessage,
    SealedNumber,
    User,
    Worker,
    WorkerFact,
)
from tests.core.openings import opening
from tests.core.rooms import contact, office, user, worker
from tests.core.talks import Turn

PHONE = "14200001234"
SEEDED = ("王秀禾", "杏花示范村", PHONE, "阿姨说腰疼", "杏花手机")


@pytest.fixture
def chat(s):
    home = office(s)
    helper = user(s, "zhao", office_id=home.id)
    row = sealing.seal(s, "phone", PHONE)
    person = worker(s, "王秀禾", helper, village="杏花示范村", phone_id=row.id)
    made = contact(s, person, office=home, display_name="杏花手机", phone_id=row.id)
    profile.set_fact(s, person, "village", "杏花示范村", source="worker", author=f"contact:{made.id}", key="v")
    consents.record(s, made, person, "sharing", True, key="c")
    message = inbox.put(s, made, source_key="a", kind="text", text=f"阿姨说腰疼，我电话{PHONE}")
    message.state = "done"
    outbox.put(s, made, dedupe="o", text="王秀禾，登记好了").state = "sent"
    s.add(Draft(contact_id=made.id, kind="wage", data={"name": "王秀禾"}, made_at=clock.now(), changed_at=clock.now()))
    s.flush()
    return made


def person(s, chat):
    return contacts.active_worker(s, chat)


def test_it_copies_all_that_is_there_without_numbers(s, chat):
    copy = privacy.export(s, person(s, chat))
    told = json.dumps(copy, ensure_ascii=False)
    assert copy["worker"]["name"] == "王秀禾"
    assert copy["worker"]["phone"] == "****1234"
    assert copy["consents"][0]["purpose"] == "sharing"
    assert "阿姨说腰疼" in told
    assert PHONE not in told


def test_it_leaves_messages_of_a_shared_chat_out_of_the_copy(s, chat):
    registration.bind(s, chat, worker(s, "李杏花"), by="registration", relation="我妈")
    listed = contacts.workers_of(s, chat)[0][1]
    assert privacy.export(s, listed)["messages"] == []


def test_it_leaves_nothing_personal_behind(s, chat):
    listed = person(s, chat)
    done = privacy.delete(s, listed, by="test")
    assert done["facts"] == 1
    assert done["numbers"] == 1
    assert done["messages"] == 2
    everything = ""
    for table in db.Base.metadata.sorted_tables:
        everything += str(s.execute(table.select()).all())
    assert not [word for word in SEEDED if word in everything]
    assert s.query(SealedNumber).count() == 0
    assert not consents.granted(s, listed.id, "sharing")
    assert listed.left_reason == "deleted"
    assert contacts.active_worker(s, chat) is None
    assert s.query(AuditEntry).one().action == "data_deleted"


def test_it_takes_the_words_out_of_cases_of_a_chat_without_a_record(s, chat):
    listed = person(s, chat)
    before = escalations.open_case(s, chat, "complaint", key="c", detail="王秀禾说的")
    before.worker_id = None
    grave = escalations.open_case(s, contact(s, name="chat-2"), "wage", key="w", detail="工钱没发")
    privacy.delete(s, listed, by="test")
    assert (before.detail, [e.note for e in s.query(EscalationEvent).filter_by(escalation_id=before.id)]) == (
        None,
        [None],
    )
    privacy.forget_chat(s, s.get(Contact, grave.contact_id))
    assert grave.detail == "工钱没发"
    escalations.close(s, grave, None, "settled")
    privacy.forget_chat(s, s.get(Contact, grave.contact_id))
    assert grave.detail is None


def test_it_gives_the_places_back_that_were_held(s, chat):
    vacancy = opening(s)
    row = applications.apply(s, person(s, chat), vacancy, chat, key="a")
    privacy.delete(s, person(s, chat), by="test")
    s.refresh(vacancy)
    assert (row.state, vacancy.places_left) == ("withdrawn", 3)


def test_it_drops_numbers_that_the_desk_wrote_down(s, chat):
    listed = person(s, chat)
    case = escalations.open_case(s, chat, "call", key="c")
    escalations.note(s, case, s.query(User).first(), sealing.seal_text(s, "家里14200009999")[0])
    assert privacy.delete(s, listed, by="test")["numbers"] == 2
    assert s.query(SealedNumber).count() == 0


def test_it_keeps_what_belongs_to_others(s, chat):
    number = sealing.find(s, "phone", PHONE)
    husband = worker(s, "李向南", phone_id=number.id)
    listed = person(s, chat)
    registration.bind(s, chat, husband, by="registration", relation="老公")
    privacy.delete(s, listed, by="test")
    assert s.get(SealedNumber, number.id) is not None
    assert "腰疼" in s.query(InboundMessage).one().text
    assert contacts.active_worker(s, chat) is husband


def test_it_does_not_touch_what_is_on_its_way(s, chat):
    inbox.put(s, chat, source_key="b", kind="text", text="删掉")
    outbox.put(s, chat, dedupe="p", text="好")
    privacy.delete(s, person(s, chat), by="test")
    assert {m.text for m in s.query(InboundMessage)} == {"", "删掉"}
    assert {m.text for m in s.query(OutboundMessage)} == {"—", "好"}


def test_it_drops_files_when_the_deletion_is_kept(database, house, tmp_path):
    file = tmp_path / "var" / "media" / "x.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x")
    with db.writing() as s:
        listed = worker(s)
        made = contact(s, listed)
        s.add(
            Media(
                contact_id=made.id, kind="photo", path="x.jpg", content_type="image/jpeg", size=1, made_at=clock.now()
            )
        )
        s.flush()
        privacy.delete(s, listed, by="test")
        assert file.exists()
    assert not file.exists()


def test_it_deletes_the_conversation_with_rasa_once_no_turn_can_be_under_way(s, chat, house, tmp_path, monkeypatch):
    key = chat.key
    rasa = db.make_engine(f"sqlite:///{tmp_path / 'tracker.db'}")
    with rasa.execution_options(wengang_write=True).begin() as store:
        store.execute(sa.text("CREATE TABLE events (sender_id TEXT)"))
        store.execute(sa.text("INSERT INTO events VALUES (:key), ('another')"), {"key": key})
    monkeypatch.setattr(config.Settings, "tracker_url", str(rasa.url))
    privacy.delete(s, person(s, chat), by="test")
    assert chat.key != key
    assert privacy.drop_trackers(s) == 0
    later = clock.now() + dt.timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert privacy.drop_trackers(s) == 1
    assert privacy.trackers_to_drop(s) == []
    with rasa.connect() as store:
        assert store.execute(sa.text("SELECT sender_id FROM events")).scalars().all() == ["another"]


def test_it_asks_back_before_it_deletes(s, chat):
    (said,) = privacy_answers.delete(s, chat, Turn("delete_my_data", "都删了"))
    assert "王秀禾" in said.text
    assert s.query(WorkerFact).count() == 1
    draft = s.query(Draft).filter_by(kind="deletion").one()
    assert privacy_answers.answer_draft(s, chat, draft, Turn("inform", "嗯？")) is None
    privacy_answers.answer_draft(s, chat, draft, Turn("affirm", "删"))
    assert s.query(WorkerFact).count() == 0


def test_it_keeps_all_when_the_answer_is_no(s, chat):
    privacy_answers.delete(s, chat, Turn("delete_my_data", "都删了"))
    privacy_answers.delete(s, chat, Turn("delete_my_data", "", {"answer": "no"}))
    assert s.query(WorkerFact).count() == 1


def test_it_hands_a_deletion_over_while_money_is_under_way(s, chat):
    now = clock.now()
    claim = Claim(worker_id=chat.worker_id, subsidy="transport", dedupe="c", made_at=now, changed_at=now)
    s.add(claim)
    s.flush()
    privacy_answers.delete(s, chat, Turn("delete_my_data", "", {"answer": "yes"}))
    assert s.query(WorkerFact).count() == 1
    assert s.query(Escalation).one().kind == "data_request"


def test_it_forgets_a_chat_of_nobody(s):
    chat = contact(s, name="new")
    inbox.put(s, chat, source_key="a", kind="text", text="阿姨说腰疼").state = "done"
    privacy_answers.delete(s, chat, Turn("delete_my_data", "", {"answer": "yes"}))
    assert s.query(InboundMessage).one().text == ""
    assert s.query(Worker).count() == 0


def test_it_says_who_sees_what(s, chat):
    (said,) = privacy_answers.who_sees(s, chat, Turn("ask_privacy"))
    assert "老板" in said.text


def test_it_is_not_brought_back_by_the_next_list(s, chat):
    listed = person(s, chat)
    listed.external_id = "TW-7"
    privacy.delete(s, listed, by="test")
    notes = []
    workers.store(s, "list", {"TW-7": {"name": "王秀禾"}}, lambda *note: notes.append(note))
    assert listed.name == privacy.NAMELESS
    assert len(notes) == 1
