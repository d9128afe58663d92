import datetime as dt

import pytest

from core import clock, copies, idforms, links, privacy_answers, sealing
from core.errors import Invalid, NotFound
from core.models import Escalation, InboundMessage, OutboundMessage, Worker
from tests.core.rooms import contact, office, user, worker
from tests.core.talks import Talk, Turn
from tests.core.test_registration_form import number


@pytest.fixture
def chat(s):
    home = office(s)
    helper = user(s, "zhao", office_id=home.id)
    return contact(s, worker(s, "王秀禾", helper), office=home, channel="telegram")


def token(address):
    return address.rpartition("/")[2]


def test_it_opens_with_its_own_secret_only(s, chat):
    made = token(links.make(s, chat, "copy", {}))
    assert links.resolve(s, "copy", made)
    for wrong in (made[:-1] + "_", "", "1", "1-", "x-y", made.replace("-", "", 1), "99999999999999-a"):
        assert links.resolve(s, "copy", wrong) is None
    assert links.resolve(s, "id", made) is None


def test_it_runs_out_after_a_day(s, chat, monkeypatch):
    made = token(links.make(s, chat, "copy", {}))
    later = clock.now() + links.LIFE
    monkeypatch.setattr(clock, "now", lambda: later + dt.timedelta(seconds=1))
    assert links.resolve(s, "copy", made) is None


def test_it_gives_the_copy_once(s, chat):
    (said,) = privacy_answers.export(s, chat, Turn("export_my_data"))
    made = token(said.text.splitlines()[1])
    assert copies.resolve(s, made) == "zh"
    assert copies.fetch(s, made)["worker"]["name"] == "王秀禾"
    with pytest.raises(NotFound):
        copies.fetch(s, made)


def test_it_keeps_an_id_number_from_the_page_and_says_so(s, chat):
    made = token(idforms.make(s, chat))
    assert idforms.resolve(s, made).language == "zh"
    idforms.submit(s, made, number())
    listed = s.get(Worker, chat.worker_id)
    assert sealing.unseal(sealing.find(s, "id_number", number())) == number()
    assert listed.id_number_id
    assert listed.birth_on == dt.date(1981, 3, 5)
    assert s.query(OutboundMessage).count() == 1
    with pytest.raises(Invalid, match="utter_link_gone"):
        idforms.submit(s, made, number())


@pytest.mark.parametrize(
    ("typed", "says"), [("123", "utter_id_number_wrong"), ("621121810305002", "utter_id_number_old")]
)
def test_it_lets_a_wrong_number_be_put_right(s, chat, typed, says):
    made = token(idforms.make(s, chat))
    with pytest.raises(Invalid, match=says):
        idforms.submit(s, made, typed)
    idforms.submit(s, made, number())


def test_it_binds_nobody_to_a_number_of_another(s, chat):
    worker(s, "李向南", id_number_id=sealing.seal(s, "id_number", number()).id)
    idforms.submit(s, token(idforms.make(s, chat)), number())
    assert s.query(Escalation).one().kind == "registration"


def test_it_tells_a_registration_under_way(s):
    talk = Talk(s, contact(s, name="tg", channel="telegram", office=office(s)))
    talk.register("", value="apply_job")
    talk.tap("matching", "yes").say("王秀禾")
    idforms.submit(s, token(idforms.make(s, talk.contact)), number())
    row = s.query(InboundMessage).filter_by(kind="internal").one()
    talk.hear(Turn("choose", "", row.payload["entities"]))
    assert talk.data["facts"]["birth"]["birth_on"] == "1981-03-05"
    assert "收到了" in talk.text
