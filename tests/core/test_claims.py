import pytest
import sqlalchemy as sa

from core import claims, clock
from core.models import Claim, ContactWorker, Escalation, InboundMessage, OutboundMessage
from tests.core.rooms import contact, office, stand_at, user, worker
from tests.core.turns import Turn

CHONGXIN = "620823"


@pytest.fixture
def chat(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    home = office(s, CHONGXIN)
    helper = user(s, "lihua", area=CHONGXIN, office_id=home.id)
    return contact(s, worker(s, caseworker=helper, county=CHONGXIN), office=home)


def count(s, table):
    return s.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_wish_is_kept_with_a_case_and_says_who_calls_and_which_papers(s, chat):
    noted, papers = claims.apply(s, chat, Turn("帮我申请交通补贴"))
    (claim,) = s.scalars(sa.select(Claim)).all()
    assert (claim.subsidy, claim.state, claim.worker_id) == ("travel", "asked", chat.worker_id)
    (case,) = s.scalars(sa.select(Escalation)).all()
    assert case.kind == "subsidy"
    assert "lihua姓名" in noted.text
    assert "0930-0000001" in noted.text
    assert "身份证" in papers.text
    assert "12333" in papers.text


def test_the_same_turn_twice_is_one_claim_and_one_case(s, chat):
    for _ in range(2):
        claims.apply(s, chat, Turn("帮我申请交通补贴", message_id="m1"))
    assert (count(s, Claim), count(s, Escalation)) == (1, 1)


def test_a_second_wish_for_the_same_is_no_second_claim(s, chat):
    claims.apply(s, chat, Turn("帮我申请交通补贴"))
    (bubble,) = claims.apply(s, chat, Turn("我要领路费"))
    assert "早就记下了" in bubble.text
    assert count(s, Claim) == 1


def test_without_a_record_registration_comes_first_and_carries_the_wish(s, chat):
    guest = contact(s, name="guest")
    claims.apply(s, guest, Turn("申请交通补贴"))
    (row,) = s.scalars(sa.select(InboundMessage)).all()
    assert row.payload == {"intent": "register", "entities": {"value": "apply_subsidy", "subsidy_id": "travel"}}
    assert count(s, Claim) == 0


def test_it_goes_on_by_id_after_the_registration(s, chat):
    claims.apply(s, chat, Turn("", subsidy_id="travel"))
    assert count(s, Claim) == 1


def test_what_is_for_employers_makes_no_claim(s, chat):
    (bubble,) = claims.apply(s, chat, Turn("稳岗返还给我办"))
    assert "用人单位" in bubble.text
    assert f"{CHONGXIN}劳务办" in bubble.text
    assert count(s, Claim) == 0


def test_a_wish_for_a_relative_is_a_case_but_no_claim_of_ones_own(s, chat):
    (bubble,) = claims.apply(s, chat, Turn("帮我老公申请路费", relation="我老公"))
    assert "家里人" in bubble.text
    assert (count(s, Claim), count(s, Escalation)) == (0, 1)


def test_what_the_family_receives_is_claimed_for_a_child(s, chat):
    claims.apply(s, chat, Turn("给我家娃报雨露计划", relation="我家娃"))
    assert count(s, Claim) == 1


def test_a_wish_without_a_name_is_asked_back(s, chat):
    (bubble,) = claims.apply(s, chat, Turn("我要办补贴"))
    assert '/apply_subsidy{"subsidy_id": "travel"}' in [b["payload"] for b in bubble.buttons]


def test_what_has_ended_is_kept_and_said_to_have_ended(s, chat):
    bubbles = claims.apply(s, chat, Turn("帮我申请求职补贴"))
    assert "2021年已经到期" in bubbles[-1].text
    assert count(s, Claim) == 1


@pytest.mark.parametrize(
    ("state", "amount", "words"),
    [
        ("asked", None, "今天记下的"),
        ("with_office", None, "在审"),
        ("granted", None, "还没发"),
        ("refused", None, "没批下来"),
        ("paid", 600, "发了600元"),
        ("paid", None, "钱发了"),
    ],
)
def test_it_says_in_plain_words_how_a_claim_stands(s, chat, state, amount, words):
    now = clock.now()
    row = Claim(
        worker_id=chat.worker_id, subsidy="travel", state=state, amount=amount, dedupe="c", made_at=now, changed_at=now
    )
    s.add(row)
    s.flush()
    (bubble,) = claims.status(s, chat, Turn("我的补贴咋还没到账"))
    assert words in bubble.text
    assert row.seen_by_worker


def test_no_claim_is_said_so_with_a_way_on(s, chat):
    (bubble,) = claims.status(s, chat, Turn("交通补贴怎么还没发"))
    assert "没有你报外出务工交通补助的记录" in bubble.text
    assert '/apply_subsidy{"subsidy_id": "travel"}' in [b["payload"] for b in bubble.buttons]


def test_money_without_a_name_is_wages_or_subsidy(s, chat):
    (bubble,) = claims.status(s, chat, Turn("钱咋还没到"))
    assert [b["payload"] for b in bubble.buttons] == ["/report_wage_problem", '/subsidy_status{"kind": "subsidy"}']
    (bubble,) = claims.status(s, chat, Turn("补贴", kind="subsidy"))
    assert "记录" in bubble.text


def test_a_business_of_ones_own_hears_of_loan_grant_and_a_person(s, chat):
    told, guidance = claims.business(s, chat, Turn("我想回家开个小店"))
    assert "300000元" in told.text
    assert "一次性创业补贴" in told.text
    assert "10000元" not in told.text
    assert "lihua姓名" in guidance.text


@pytest.mark.parametrize("speaks", [True, False])
def test_a_decision_is_told_once_and_only_where_the_chat_speaks_for_the_worker(s, chat, speaks):
    claims.apply(s, chat, Turn("我想要交通补贴", subsidy="交通补贴"))
    claim = s.query(Claim).one()
    if not speaks:
        s.query(ContactWorker).delete()
    before = s.query(OutboundMessage).count()
    for _ in range(2):
        claims.decide(s, claim.id, "granted")
    assert claim.state == "granted"
    assert s.query(OutboundMessage).count() - before == int(speaks)
