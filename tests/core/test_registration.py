import datetime as dt

import pytest

from core import clock, contacts, inbox, registration
from core.errors import Invalid
from core.models import CodeSlip, ContactWorker
from tests.core.rooms import contact, office, user, worker


@pytest.fixture
def people(s):
    home = office(s)
    helper = user(s, "zhao", office_id=home.id)
    return worker(s, "王秀禾", helper), helper, contact(s, office=home)


def test_it_binds_the_chat_to_the_worker_of_the_slip(s, people):
    listed, helper, chat = people
    code = registration.make_slip(s, listed, helper.id)
    assert registration.live_code(s, f" {code[:3]} {code[3:]} ")
    assert registration.bind_code(s, chat, code, key="k") is listed
    assert contacts.active_worker(s, chat) is listed
    assert s.query(ContactWorker).one().bound_by == "code"


def test_it_keeps_the_hash_of_a_code_only(s, people):
    code = registration.make_slip(s, people[0], people[1].id)
    slip = s.query(CodeSlip).one()
    assert code not in (slip.code_hash, str(slip.id))


def test_all_chats_together_have_so_many_tries_an_hour(s, people, monkeypatch):
    monkeypatch.setattr(registration, "TRIES_AN_HOUR", 3)
    code = registration.make_slip(s, people[0], None)
    for n in range(4):
        inbox.put(s, contact(s, name=f"guess-{n}"), source_key=f"g{n}", kind="text", text=f"00000{n}")
    with pytest.raises(Invalid, match="utter_code_tries"):
        registration.bind_code(s, people[2], code, key="k")


def test_it_works_once(s, people):
    code = registration.make_slip(s, people[0], None)
    registration.bind_code(s, people[2], code, key="k")
    stranger = contact(s, name="chat-2")
    assert not registration.live_code(s, code)
    assert registration.known_code(s, code)
    with pytest.raises(Invalid, match="utter_code_unknown"):
        registration.bind_code(s, stranger, code, key="k2")


def test_it_gives_the_same_chat_the_same_worker_again(s, people):
    code = registration.make_slip(s, people[0], None)
    first = registration.bind_code(s, people[2], code, key="k")
    assert registration.bind_code(s, people[2], code, key="k") is first
    assert s.query(ContactWorker).count() == 1


def test_it_works_for_thirty_days(s, people, monkeypatch):
    code = registration.make_slip(s, people[0], None)
    later = clock.now() + dt.timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(Invalid, match="utter_code_unknown"):
        registration.bind_code(s, people[2], code, key="k")


def test_it_lets_a_new_slip_replace_the_old_one(s, people):
    old = registration.make_slip(s, people[0], None)
    new = registration.make_slip(s, people[0], None)
    assert registration.live_code(s, new)
    assert not registration.live_code(s, old)


def test_it_stops_a_chat_that_guesses(s, people):
    listed, _, chat = people
    for number in range(registration.TRIES_A_DAY + 1):
        inbox.put(s, chat, source_key=f"g{number}", kind="text", text=f"{number:06d}")
    code = registration.make_slip(s, listed, None)
    with pytest.raises(Invalid, match="utter_code_tries"):
        registration.bind_code(s, chat, code, key="k")


@pytest.mark.parametrize("text", ["12345", "1234567", "通渭123456", "", "12 34 5a"])
def test_it_takes_nothing_else_for_a_code(s, people, text):
    assert registration.figures(text) is None
    assert not registration.live_code(s, text)
