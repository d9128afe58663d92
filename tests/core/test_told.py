"""The story of a job: begun, asked after on the right day, answered in any way, and what follows."""

import datetime as dt

import pytest
import sqlalchemy as sa

from core import checkins, clock
from core.errors import Invalid
from core.models import Checkin, Consent, ContactWorker, Escalation, EscalationEvent, InboundMessage, Placement
from tests.core.chats import Chat
from tests.core.rooms import at, contact, office, user, worker

MONDAY = at("2026-11-02 12:00")
DAY3 = at("2026-11-05 10:00")
DAY30 = at("2026-12-02 10:00")
DAYS = dt.timedelta(days=1)


@pytest.fixture
def stand(monkeypatch):
    def stand(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        monkeypatch.setattr(clock, "due_now", lambda: moment)
        return moment

    stand(MONDAY)
    return stand


@pytest.fixture
def person(s, stand):
    place = office(s)
    return worker(s, caseworker=user(s, "helper", office_id=place.id))


@pytest.fixture
def chat(s, person):
    row = contact(s, person)
    s.add(
        Consent(
            worker_id=person.id, contact_id=row.id, purpose="follow_up", granted=True, wording="1", dedupe="c",
            at=clock.now(),
        )
    )  # fmt: skip
    s.flush()
    return Chat(s, row)


@pytest.fixture
def job(s, chat):
    """Begun on Monday at a factory away from home, told in one sentence."""
    chat.say("report_employed", "我今天到嘉兴的鑫达电子上班了", employer="鑫达电子", date="今天", region="嘉兴")
    chat.tap("跳过")
    return s.scalars(sa.select(Placement)).one()


@pytest.fixture
def send(s, stand):
    return lambda moment: checkins.send_due(s, stand(moment))


def states(s):
    return dict(s.execute(sa.select(Checkin.step, Checkin.state)).all())


def confirmed(s):
    return s.scalars(sa.select(Placement.confirmed_on)).one()


# -- begun


def test_it_asks_only_what_the_sentence_did_not_tell(s, chat):
    assert chat.say("report_employed", "我今天进厂上班了，鑫达电子", employer="鑫达电子", date="今天") == "是哪一种活？"
    assert chat.tap("在外地干").splitlines() == [
        "好事！记下了：鑫达电子，今天上岗。",
        "一个月大概多少钱？不想说就跳过。",
    ]
    assert chat.say("inform", "五千左右", wage="五千").startswith("11月5日我问你一声")
    placement = s.scalars(sa.select(Placement)).one()
    assert (placement.employer_name, placement.pay_month, placement.kind) == ("鑫达电子", 5000, "away")
    assert placement.started_on == dt.date(2026, 11, 2)


def test_it_asks_one_thing_after_another_in_free_words(s, chat):
    assert chat.say("report_employed", "我找到活了").startswith("在哪家干")
    assert chat.say("nlu_fallback", "鑫达电子") == "哪天上的岗？"
    assert chat.say("affirm", "嗯").startswith("没看明白")
    assert chat.say("inform", "昨天") == "是哪一种活？"
    assert chat.say("inform", "在外地").startswith("好事！")


def test_it_makes_one_job_of_a_turn_that_is_tried_again(s, chat):
    chat.say("report_employed", "我今天在浙江的鑫达电子上班了", employer="鑫达电子", date="今天", region="浙江")
    first = chat.said
    chat.again()
    assert chat.said == first
    chat.say("inform", "4500")
    chat.again()
    assert s.scalar(sa.select(sa.func.count()).select_from(Placement)) == 1
    assert s.scalars(sa.select(Placement.pay_month)).one() == 4500


def test_it_does_not_take_a_turn_tried_again_for_the_next_answer(s, chat):
    chat.say("report_wage_problem", "工资没发")
    assert chat.say("inform", "鑫达电子") == "在哪个地方干的？"
    assert chat.again() == "在哪个地方干的？"
    assert chat.say("inform", "嘉兴") == "欠了多久的？"


def test_it_keeps_what_was_told_before_there_was_a_record(s, stand, person):
    stranger = Chat(s, contact(s, name="chat-9"))
    said = stranger.say("report_employed", "我昨天进了鑫达电子", employer="鑫达电子", date="昨天")
    assert "先登记" in said
    (row,) = s.scalars(sa.select(InboundMessage).where(InboundMessage.kind == "internal"))
    assert row.payload == {"intent": "register", "entities": {"value": "report_employed"}}
    stranger.contact.worker_id = person.id
    assert stranger.say("report_employed") == "是哪一种活？"


# -- asked on the third day


def test_it_asks_on_the_third_day(chat, job, send):
    assert send(DAY3 - DAYS) == 0
    assert send(DAY3) == 1
    assert chat.asked == ["到地方住下了吗？"]


@pytest.mark.parametrize("how", ["words", "button", "bare yes", "free"])
def test_it_is_answered_well_in_any_way(s, chat, job, send, how):
    send(DAY3)
    say = {
        "words": lambda: chat.say("report_job_ok", "都挺好的"),
        "button": lambda: chat.tap("住下了"),
        "bare yes": lambda: chat.say("affirm", "嗯"),
        "free": lambda: chat.say("report_employed", "已经上班了"),
    }[how]
    assert say() == "好，那就好。有事随时说。"
    assert states(s)["day3"] == "answered"
    assert confirmed(s) == dt.date(2026, 11, 5)
    assert chat.cases == []


@pytest.mark.parametrize("how", ["words", "button", "reply"])
def test_it_makes_a_case_of_wages_that_have_not_come(s, chat, job, send, how):
    send(DAY30)
    row = s.scalars(sa.select(Checkin).where(Checkin.step == "day30")).one()
    if how == "words":
        said = chat.say("report_wage_problem", "工资到现在没发")
    elif how == "reply":
        said = chat.say("report_wage_problem", "没发", reply_to=row.outbound_id)
    else:
        said = chat.tap("没发或少发")
    lines = said.splitlines()
    assert lines[0].startswith("记下了。先不跟老板硬吵")
    assert "helper姓名" in lines[1]
    assert "0930-0000001" in lines[1]
    assert "12333" in said
    assert lines[-1] == "欠了多久的？"
    assert (row.state, row.answer) == ("answered", "wage")
    assert chat.cases == [("wage", 2)]


def test_it_asks_what_the_caseworker_needs_and_stops(s, chat, job, send):
    send(DAY30)
    chat.tap("没发或少发")
    assert chat.tap("1个月").startswith("大概差多少钱")
    assert chat.say("inform", "四千多") == "手里有啥能证明的？"
    said = chat.tap("打卡或记工本")
    assert said.startswith("好，都记下了。")
    assert "helper姓名" in said
    notes = s.scalars(sa.select(EscalationEvent.note).where(EscalationEvent.verb == "added")).all()
    assert notes == ["欠了多久：1个月", "本人说差：四千多", "证据：打卡或记工本"]
    assert chat.cases == [("wage", 2)]
    assert chat.drafts == []


def test_it_asks_nothing_while_the_case_is_under_way(chat, job, send):
    send(DAY30)
    chat.tap("没发或少发")
    assert send(at("2027-01-02 10:00")) == 0


def test_it_takes_an_answer_that_comes_late_or_twice(s, chat, job, send):
    send(DAY3)
    send(at("2026-11-09 10:00"))
    assert chat.tap("挺好") == "好，那就好。有事随时说。"
    assert chat.tap("挺好") == "好，那就好。有事随时说。"
    assert chat.tap("住下了") == "好，那就好。有事随时说。"
    assert states(s)["day7"] == "answered"
    assert chat.cases == []


def test_it_does_not_ask_again_what_was_answered(s, chat, job, send):
    send(DAY3)
    chat.tap("住下了")
    assert chat.tap("晚点再问").startswith("好，你先忙")
    assert states(s)["day3"] == "answered"


def test_it_takes_a_problem_told_after_all_was_well(s, chat, job, send):
    send(DAY3)
    chat.tap("住下了")
    chat.tap("有点难处")
    chat.tap("受欺负")
    chat.again()
    assert chat.cases == [("work_problem", 2)]


def test_it_puts_a_trouble_down_to_the_one_who_was_asked(s, chat, job, send):
    sister = worker(s, name="妹")
    s.add(ContactWorker(contact_id=chat.contact.id, worker_id=sister.id, bound_by="demo", bound_at=clock.now()))
    chat.contact.worker_id = sister.id
    send(DAY30)
    chat.tap("没发或少发")
    assert s.scalars(sa.select(Escalation.worker_id)).one() == job.worker_id


def test_it_refuses_the_question_of_somebody_else(s, chat, job, send):
    send(DAY3)
    other = Chat(s, contact(s, worker(s, name="乙"), name="chat-2"))
    row = s.scalars(sa.select(Checkin).where(Checkin.step == "day3")).one()
    with pytest.raises(Invalid):
        other.say("answer_checkin", "", checkin_id=str(row.id), answer="lost")
    assert s.scalars(sa.select(Placement.state)).one() == "active"


def test_it_reads_a_bare_no_by_the_question(s, chat, job, send):
    send(DAY3)
    assert chat.say("deny", "没有") == "啥时候去？"
    assert chat.tap("下个星期") == "好，11月12日前后上岗，到了再问你。"
    assert send(DAY3 + DAYS) == 0
    assert send(at("2026-11-15 10:00")) == 1


def test_it_asks_again_with_buttons_where_a_no_may_mean_two_things(s, chat, job, send):
    send(DAY30)
    assert chat.say("deny", "没有").splitlines() == ["没看明白，点一下就行。", "头一个月的工钱发了吗？"]
    assert "没发或少发" in chat.titles
    assert chat.cases == []


def test_it_takes_no_yes_to_something_else_for_an_answer(s, chat, job, send):
    send(DAY3)
    chat.say("bot_challenge", "你是谁")
    chat.say("affirm", "好")
    assert states(s)["day3"] == "asked"


# -- home for the harvest


def test_it_leaves_somebody_in_peace_who_is_home_for_the_harvest(s, chat, job, send):
    send(DAY3)
    said = chat.say("report_absence", "回家收麦子，半个月后回厂", date="半个月后")
    assert said == "好，忙你的。这阵不打扰，11月22日再问你。"
    assert send(at("2026-11-12 10:00")) == 0
    assert send(at("2026-11-21 10:00")) == 0
    assert send(at("2026-11-22 10:00")) == 1
    assert chat.asked[-1] == "回去上班了吗？"
    assert chat.tap("上班了") == "好，那就好。有事随时说。"


def test_it_asks_until_when(s, chat, job, send):
    assert chat.say("report_absence", "我回家收麦子了") == "大概哪天回去？"
    assert chat.tap("半个月") == "好，忙你的。这阵不打扰，11月19日再问你。"
    assert chat.drafts == []


# -- later, never, again


def test_it_asks_tonight_when_told_so(chat, job, send):
    send(DAY3)
    assert chat.say("snooze_checkin", "现在忙，晚上再问") == "好，今天19:30以后再问你。"
    assert send(at("2026-11-05 19:00")) == 0
    assert send(at("2026-11-05 19:30")) == 1


def test_it_promises_nothing_where_nothing_was_asked(chat):
    assert chat.say("snooze_checkin", "晚点再说") == "好，你先忙。想说的时候发句话就行。"


def test_it_sends_no_reminders_until_told_to_begin_again(chat, job, send):
    chat.say("stop_reminders", "别给我发了")
    assert send(DAY3) == 0
    chat.tap("还是接着问")
    assert send(DAY3) == 1


# -- without a check-in


@pytest.mark.parametrize(
    ("intent", "words", "case"),
    [
        ("report_wage_problem", "两个月没发工资了", ("wage", 2)),
        ("report_injury", "手被机器压了", ("injury", 2)),
        ("report_work_problem", "厂里不给签合同", ("work_problem", 3)),
        ("report_work_problem", "要裁员了", ("work_problem", 2)),
        ("report_work_problem", "说不清的难处", ("work_problem", 3)),
        ("want_change_job", "想换个厂", ("change_job", 4)),
        ("report_job_loss", "厂里把我辞了", ("job_loss", 2)),
    ],
)
def test_it_opens_a_case_and_answers_at_once(s, chat, job, intent, words, case):
    said = chat.say(intent, words)
    chat.again()
    assert chat.cases == [case]
    assert "helper姓名" in said
    assert "0930-0000001" in said


def test_it_ends_the_job_that_was_lost(s, chat, job, send):
    chat.say("report_job_loss", "厂里把我辞了")
    assert s.scalars(sa.select(Placement.state)).one() == "ended"
    assert send(DAY3) == 0


def test_it_hears_trouble_of_somebody_without_a_record(s, person):
    stranger = Chat(s, contact(s, name="chat-9"))
    said = stranger.say("report_wage_problem", "老板不给钱")
    assert stranger.cases == [("wage", 2)]
    assert said.splitlines()[-1].startswith("是哪家欠的")


def test_it_asks_which_trouble_when_only_tapped(chat):
    chat.say("greet", "你好")
    assert chat.tap("🆘 遇到难处") == "是哪一样难处？"
    assert chat.tap("活少了").startswith("记下了。不是你的错停了工")
    assert chat.cases == [("work_problem", 3)]


def test_it_confirms_the_job_of_somebody_who_says_that_all_is_well(s, chat, job, stand):
    stand(DAY3)
    assert chat.say("report_job_ok", "这边挺好") == "好，那就好。有事随时说。"
    assert confirmed(s) == dt.date(2026, 11, 5)


def test_it_speaks_english(s, chat, job, send):
    chat.contact.language = "en"
    send(DAY30)
    assert chat.asked == ["Has the first month's pay come?"]
    said = chat.say("report_wage_problem", "they still have not paid me")
    assert said.startswith("Noted. Don't fight it out")
    assert "Helper" in said
    assert chat.titles[0] == "1 month"
