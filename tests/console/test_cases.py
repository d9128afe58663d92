import pytest
import sqlalchemy as sa

from core import db
from core.models import AuditEntry, Contact, Escalation, EscalationEvent, OutboundMessage, SendAttempt
from tests.console.conftest import token


def sent():
    with db.reading() as s:
        return list(s.scalars(sa.select(OutboundMessage.text).where(OutboundMessage.sender == "caseworker")))


@pytest.fixture
def taken(sit, post, ids):
    desk = sit("other")
    assert post(f"/cases/{ids.case}/take").status_code == 303
    return desk


def test_it_takes_a_case_and_with_it_the_chat(taken, ids):
    with db.reading() as s:
        case, contact = s.get(Escalation, ids.case), s.get(Contact, ids.contact)
        assert (case.state, case.taken_by) == ("taken", ids.users["other"])
        assert (contact.held_by, contact.held_case_id) == ("caseworker", ids.case)


def test_it_sends_a_reply_once_however_often_it_is_tapped(taken, post, ids):
    for _ in range(2):
        assert post(f"/cases/{ids.case}/reply", text="我看到了，今天给你问", key="one").status_code == 303
    assert sent() == ["我看到了，今天给你问"]


@pytest.mark.parametrize("text", ["", "   ", "长" * 1001])
def test_it_refuses_an_empty_or_overlong_reply(taken, post, ids, text):
    assert post(f"/cases/{ids.case}/reply", text=text, key="one").status_code == 409
    assert sent() == []


def test_it_keeps_the_words_when_the_case_was_given_back_meanwhile(taken, post, ids):
    post(f"/cases/{ids.case}/hand_back")
    answer = post(f"/cases/{ids.case}/reply", text="我写了很久", key="one")
    assert (answer.status_code, sent()) == (409, [])
    assert "已经不在你手上" in answer.text
    assert "我写了很久</textarea>" in answer.text
    assert post(f"/cases/{ids.case}/reply", text="我写了很久", key="one", take="1").status_code == 303
    assert sent() == ["我写了很久"]


def test_it_says_who_has_the_case(taken, sit, post, ids):
    sit("helper")
    answer = post(f"/cases/{ids.case}/take")
    assert answer.status_code == 409
    assert "没办成：other姓名 从" in answer.text


def test_what_may_not_be_done_has_the_navigation_and_a_way_back(sit, post, ids):
    sit("province")
    answer = post(f"/cases/{ids.case}/take")
    assert answer.status_code == 403
    assert "<nav aria-label" in answer.text
    assert f'href="/cases/{ids.case}"' in answer.text


def test_it_hands_the_chat_back_to_the_bot(taken, post, ids):
    post(f"/cases/{ids.case}/hand_back")
    with db.reading() as s:
        assert s.get(Contact, ids.contact).held_by == "bot"


def test_it_closes_with_an_outcome_of_the_list_only(taken, post, ids):
    assert post(f"/cases/{ids.case}/close", outcome="whatever").status_code == 403
    assert post(f"/cases/{ids.case}/close", outcome="settled", note="工钱到账").status_code == 303
    with db.reading() as s:
        case = s.get(Escalation, ids.case)
        assert (case.state, case.outcome) == ("closed", "settled")


def test_it_seals_the_numbers_in_what_the_desk_writes(taken, post, ids):
    post(f"/cases/{ids.case}/note", text="家里电话14200000001 25岁")
    post(f"/cases/{ids.case}/reply", text="打14200000001，证号621121190001010010核过", key="one")
    post(f"/cases/{ids.case}/close", outcome="settled", note="14200000001 通了")
    with db.reading() as s:
        notes = [note for note in s.scalars(sa.select(EscalationEvent.note)) if note]
    assert all("14200000001" not in note for note in notes)
    assert len(notes) == 2
    (said,) = sent()
    assert "14200000001" in said
    assert "6211211900" not in said


def test_it_keeps_what_was_done_in_the_audit(taken, post, ids):
    post(f"/cases/{ids.case}/note", text="打过电话")
    with db.reading() as s:
        entries = s.execute(sa.select(AuditEntry.actor, AuditEntry.action, AuditEntry.object_id)).all()
    assert [("user:other", verb, str(ids.case)) for verb in ("case_taken", "case_noted")] == entries[-2:]


def test_it_shows_the_chat_without_running_what_a_worker_wrote(taken, ids):
    page = taken.get(f"/cases/{ids.case}").text
    assert "&lt;b&gt;工钱&lt;/b&gt;没发" in page
    assert "<b>工钱</b>" not in page


def test_it_gives_the_chat_anew_only_when_it_changed(taken, post, ids):
    first = taken.get(f"/cases/{ids.case}/chat").json()
    same = taken.get(f"/cases/{ids.case}/chat?version={first['version']}")
    assert same.status_code == 204
    post(f"/cases/{ids.case}/reply", text="在不在？", key="two")
    assert "在不在？" in taken.get(f"/cases/{ids.case}/chat?version={first['version']}").json()["html"]


def test_it_shows_what_came_of_each_message(taken, post, ids):
    post(f"/cases/{ids.case}/reply", text="在不在？", key="two")
    with db.writing() as s:
        message = s.scalar(sa.select(OutboundMessage).where(OutboundMessage.sender == "caseworker"))
        message.state = "dead"
        s.add(SendAttempt(outbound_id=message.id, route="web", at=message.made_at, result="never", error="chat gone"))
    chat = taken.get(f"/cases/{ids.case}/chat").json()["html"]
    assert "没发出去" in chat
    assert "chat gone" in chat


def test_it_masks_a_sealed_number_in_the_chat(taken, post, ids):
    with db.writing() as s:
        contact = s.get(Contact, ids.contact)
        contact.last_n += 1
        s.add(
            OutboundMessage(
                contact_id=contact.id, n=contact.last_n, dedupe="x", text="记下了 ‹phone:1›", made_at=contact.created_at
            )
        )
    assert "记下了 ****" in taken.get(f"/cases/{ids.case}").text


def test_it_puts_the_most_urgent_case_first(sit, ids):
    with db.writing() as s:
        s.get(Escalation, ids.complaint).severity = 1
    page = sit("other").get("/cases").text
    assert page.index(f"/cases/{ids.complaint}") < page.index(f"/cases/{ids.case}")


def test_it_narrows_the_list(sit, ids):
    desk = sit("other")
    assert f"/cases/{ids.case}" not in desk.get("/cases?kind=complaint").text
    assert f"/cases/{ids.case}" not in desk.get("/cases?state=closed").text
    assert f"/cases/{ids.case}" not in desk.get("/cases?mine=1").text
    assert f"/cases/{ids.case}" in sit("helper").get("/cases?mine=1").text
    assert token(desk, "/cases")


def test_a_closed_case_can_be_opened_again(taken, post, ids):
    post(f"/cases/{ids.case}/close", outcome="settled")
    assert "重新打开" in taken.get(f"/cases/{ids.case}").text
    assert post(f"/cases/{ids.case}/reopen").status_code == 303
    with db.reading() as s:
        assert s.get(Escalation, ids.case).state == "open"


def test_what_i_hold_is_listed_as_it_is_counted(taken, sit, ids):
    assert f"/cases/{ids.case}" in taken.get("/cases?state=taken&mine=held").text
    assert f"/cases/{ids.case}" not in sit("helper").get("/cases?state=taken&mine=held").text
