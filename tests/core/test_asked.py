"""What was just asked wins; what is told of an open trouble joins it; what was taken wrongly is taken back."""

import pytest
import sqlalchemy as sa

from core import answers, asked, outbox, safety
from core.models import Escalation, EscalationEvent, Placement
from core.responses import text
from tests.core.chats import DOES, Chat
from tests.core.rooms import contact, office, stand_at, user, worker

DIGRESSIONS = {"ask_subsidy": "200元一趟。", "search_jobs": "有2个活。"}


class Asked(Chat):
    """As actions/common.py does it: what was asked comes before the action, a question left open after it."""

    def hear(self, turn):
        self.turn = turn
        before = asked.before(self.s, self.contact, turn)
        if before.said is not None:
            self.said = before.said
        else:
            self.said = self._does(turn)
            if before.draft is not None:
                last = self.said[-1].text
                self.said = [*self.said, *asked.after(self.s, self.contact, turn, before.draft, last)]
        for n, bubble in enumerate(self.said):
            dedupe = f"reply:{turn.message_id}:{n}"
            outbox.put(self.s, self.contact, dedupe=dedupe, text=bubble.text, buttons=bubble.buttons)
        return "\n".join(bubble.text for bubble in self.said)

    def _does(self, turn):
        if turn.intent in DIGRESSIONS:
            from core.responses import Said

            return [Said(DIGRESSIONS[turn.intent], [])]
        does = {**DOES, "check_job_safe": safety.answer, "out_of_scope": answers.stray}
        return does.get(turn.intent, answers.take)(self.s, self.contact, turn)


@pytest.fixture
def chat(s, monkeypatch):
    stand_at(monkeypatch, "2026-11-25 10:00")
    place = office(s)
    return Asked(s, contact(s, worker(s, caseworker=user(s, "helper", office_id=place.id)), office=place))


def facts(s, kind):
    from core import sequences

    return lambda chat: sequences.current(s, chat.contact, kind).data["facts"]


def notes(s):
    return list(s.scalars(sa.select(EscalationEvent.note).order_by(EscalationEvent.id)))


@pytest.mark.parametrize("intent", ["report_employed", "inform", "check_job_safe", "ask_job_detail"])
def test_it_takes_the_name_of_who_owes_for_the_answer(s, chat, intent):
    chat.say("report_wage_problem", "老板欠钱不给")
    assert chat.say(intent, "杭州萧山那个张包工头，名字叫张建国，华宏工地") == "欠了多久的？"
    assert facts(s, "wage")(chat)["owed_by"].startswith("杭州萧山")
    assert facts(s, "wage")(chat)["place"] == "萧山区"
    assert chat.cases == [("wage", 2)]


def test_it_takes_what_shows_it_for_the_answer(chat):
    chat.say("report_wage_problem", "华宏工地欠我3个月工资一万二没给")
    for title in ("不知道叫啥", "跳过"):
        chat.tap(title)
    assert chat.said[-1].text == "手里有啥能证明的？"
    assert chat.say("check_job_safe", "没得合同，有微信记录").startswith("好，都记下了")


def test_it_asks_nothing_that_the_first_sentence_told(s, chat):
    chat.say("report_wage_problem", "老板欠我3个月工资一万二没给")
    assert facts(s, "wage")(chat) == {"period": "3个月", "amount": "一万二"}


def test_it_puts_an_answer_where_it_belongs(s, chat):
    chat.say("report_wage_problem", "老板不给钱")
    assert chat.say("inform", "三个月了") == "记下了，加在里面了：三个月了\n是哪家欠的？打名字就行。"
    assert facts(s, "wage")(chat) == {"period": "三个月"}


def test_it_takes_a_new_job_for_no_answer_and_asks_again_once(chat):
    chat.say("report_wage_problem", "老板欠我3个月工资一万二没给")
    said = chat.say("ask_subsidy", "去浙江的车票给报吗？")
    assert said == f"200元一趟。\n{text('utter_wage_ask_owed_by', 'zh')}"
    assert chat.say("ask_subsidy", "高铁也报吗？") == "200元一趟。"


@pytest.mark.parametrize(
    ("intent", "words"),
    [
        ("report_injury", "手被机器压了"),
        ("search_jobs", "给我找个活"),
        ("report_employed", "我下周一去新厂子上班"),
        ("emergency", "他们打我"),
    ],
)
def test_it_lets_another_matter_be_another_matter(s, chat, intent, words):
    chat.say("report_wage_problem", "老板不给钱")
    chat.say(intent, words)
    draft = next(d for d in answers.open_drafts(s, chat.contact) if d.kind == "wage")
    assert draft.data["facts"] == {}


def test_it_takes_a_job_at_a_new_factory_for_no_absence(chat):
    chat.say("report_absence", "我下周一去平凉的厂子上班")
    assert chat.drafts == ["placement"]


def test_it_takes_a_day_for_the_answer(s, chat):
    chat.say("report_employed", "我上班了")
    chat.say("inform", "鑫达")
    assert chat.say("report_absence", "上个星期一") == "是哪一种活？"


# -- details ---------------------------------------------------------------------------------------------------------


def test_it_keeps_what_is_told_of_a_swindle_with_its_case(s, chat):
    first = chat.say("check_job_safe", "中介收了我三千块，电话打不通")
    assert first.startswith("正规中介") or "记下了" in first
    for words in ("中介叫兴达劳务，在兰州，收据都没给", "微信转的3000"):
        assert chat.say("check_job_safe", words) == f"记下了，加在里面了：{words}"
        chat.again()
        assert notes(s)[-1] == words
    assert chat.cases == [("swindle", 2)]
    assert s.scalar(sa.select(sa.func.count()).select_from(EscalationEvent)) == 3


def test_it_keeps_a_detail_of_a_trouble_and_asks_on(s, chat):
    chat.say("report_injury", "在车间手压了")
    assert chat.say("inform", "是昨天下午的事").startswith("记下了，加在里面了")
    assert chat.say("search_jobs", "给我找个活") == "有2个活。"


def test_it_says_a_long_answer_once(chat):
    first = chat.say("report_work_problem", "天天加班")
    again = chat.say("report_work_problem", "加班加到半夜，受不了")
    assert len(again) < len(first)
    chat.say("check_job_safe", "这个中介靠谱吗？")
    assert chat.say("check_job_safe", "中介到底靠谱吗？").startswith("还是那几句")


def test_it_forgets_after_a_quarter_of_an_hour(chat, monkeypatch):
    chat.say("report_injury", "在车间手压了")
    stand_at(monkeypatch, "2026-11-25 10:20")
    assert chat.say("inform", "我今年43").startswith("知道了")


def test_it_hears_that_a_trouble_is_over(s, chat):
    chat.say("report_injury", "在车间手压了")
    assert chat.say("deny", "没事了") == "那就好。helper姓名还是会问你一声，放心。"
    assert notes(s)[-1] == "没事了"
    assert chat.cases == [("injury", 2)]


# -- put right -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("intent", ["report_work_problem", "report_wage_problem", "nlu_fallback"])
def test_it_takes_back_an_absence(s, chat, intent):
    chat.say("report_employed", "我上班了")
    chat.say("inform", "鑫达")
    chat.tap("今天")
    chat.tap("在外地干")
    chat.tap("跳过")
    chat.say("report_absence", "工时给砍了")
    assert chat.drafts[-1] == "absence"
    said = chat.say(intent, "啥回去？我说的是工时砍了，钱少了一半")
    assert said.startswith("对不住，弄错了。\n记下了。不是你的错停了工")
    assert "absence" not in chat.drafts
    assert chat.cases == [("work_problem", 3)]


def test_it_sorts_a_case_again(s, chat):
    chat.say("report_wage_problem", "钱少了一半")
    said = chat.say("report_wage_problem", "不是欠我工资，是厂里头活少")
    assert said.startswith("对不住，弄错了。")
    assert chat.cases == [("work_problem", 3)]
    assert chat.drafts == []
    assert [button["title"] for bubble in chat.said for button in bubble.buttons] == ["看看别的活", "工钱没发"]
    assert s.scalar(sa.select(sa.func.count()).select_from(Escalation)) == 1


def test_it_asks_which_trouble_when_what_is_meant_stays_unclear(chat):
    chat.say("report_wage_problem", "钱少了")
    assert chat.say("inform", "你弄错了") == "对不住，弄错了。\n是哪一样难处？"


def test_it_leaves_danger_with_a_person(chat):
    chat.say("emergency", "走不脱", kind="held")
    assert "helper姓名还是会找你" in chat.say("inform", "我不是遭关起了，是屋头有老人")
    assert chat.cases == [("emergency", 1)]


# -- two things ------------------------------------------------------------------------------------------------------


def test_it_says_back_the_second_thing_with_its_button(s, chat):
    chat.say("report_wage_problem", "老板欠我3个月工资一万二没给，我都回来了，下周一去新厂子上班")
    titles = [button["title"] for bubble in chat.said[:-1] for button in bubble.buttons]
    assert "我上班了" in titles
    assert chat.said[-1].text == text("utter_wage_ask_owed_by", "zh")
    chat.tap("我上班了")
    assert facts(s, "placement")(chat)["started_on"] == "2026-11-30"


def test_it_hears_of_a_job_begun_that_looks_like_a_search(s, chat):
    assert chat.say("search_jobs", "我明天去义乌上班，双童吸管厂，一个月5200").startswith("好事！")
    row = s.scalars(sa.select(Placement)).one()
    assert (row.employer_name, row.place, row.pay_month, row.kind) == ("双童吸管厂", "义乌市", 5200, "away")


def test_it_goes_on_with_what_is_open_after_an_old_button(chat):
    chat.say("report_employed", "我上班了")
    chat.say("inform", "鑫达")
    said = chat.say("choose", "跳过", field="place", value="skip")
    assert said == "那个按钮是前头的，没事。接着这个：\n哪天上的岗？"


def test_it_keeps_an_injury_of_long_ago_with_its_case(chat):
    chat.say("report_injury", "在车间手压了")
    assert chat.say("report_wage_problem", "去年腊月摔的，一直没报").startswith("记下了，加在里面了")


def test_it_ends_a_job_that_never_began(s, chat):
    chat.say("report_employed", "我明天去义乌上班，双童吸管厂，一个月5200")
    assert chat.say("report_job_loss", "我没去上班").startswith("好，不去就不去")
    assert s.scalars(sa.select(Placement)).one().end_reason == "not_started"
    assert chat.cases == []


def test_it_names_no_time_that_has_passed(chat, monkeypatch):
    chat.say("report_wage_problem", "老板不给钱")
    stand_at(monkeypatch, "2026-12-14 10:00")
    assert "这事早该有人找你了，我又催了helper姓名" in chat.say("report_wage_problem", "工钱还是一分没给")


def test_it_knows_the_new_job_when_its_pay_has_not_come(s, chat):
    chat.say("report_employed", "我昨天到义乌上班，双童吸管厂，一个月5200")
    chat.say("report_wage_problem", "工钱还没发")
    assert "工钱一般1个月至少发1次" in chat.said[1].text
    assert facts(s, "wage")(chat) == {"owed_by": "双童吸管厂", "place": "义乌市"}


def test_it_is_glad_of_a_return_that_looks_like_leaving(s, chat):
    chat.say("report_employed", "我昨天到义乌上班，双童吸管厂，一个月5200")
    chat.say("report_job_loss", "我回厂里上班了")
    assert s.scalars(sa.select(Placement)).one().state == "active"
    assert chat.cases == []


def test_it_goes_on_with_its_questions_when_something_else_was_talked_about(s, chat):
    chat.say("report_wage_problem", "老板不给钱")
    chat.say("bot_challenge", "你是谁")
    assert chat.say("inform", "张建国") == "在哪个地方干的？"


def test_it_leaves_a_number_for_whoever_calls(s, chat):
    chat.say("talk_to_caseworker", "让人给我打电话")
    assert chat.say("search_jobs", "我姓张，电话‹phone:1›，下午打") == "记下了，加在里面了。"


def test_it_says_sorry_where_nothing_was_opened(chat):
    chat.say("report_absence", "钱少了一半")
    said = chat.say("report_wage_problem", "啥回去？我说的是工时砍了")
    assert said.startswith("对不住，弄错了。\n记下了。不是你的错停了工")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("张建国，在杭州", {"owed_by": "张建国，在杭州", "place": "杭州市"}),
        ("没有合同，有转账", {"evidence": "没有合同，有转账"}),
        ("一万二左右", {"amount": "一万二"}),
    ],
)
def test_it_keeps_each_fact_where_it_belongs(s, chat, words, told):
    chat.say("report_wage_problem", "老板不给钱")
    chat.say("inform", words)
    assert facts(s, "wage")(chat) == told


@pytest.mark.parametrize("intent", ["report_job_ok", "report_wage_problem", "application_status"])
def test_it_tells_how_a_case_stands(chat, intent):
    assert not chat.say(intent, "上次那个工钱的事咋样了").startswith("这事记着呢")
    chat.say("report_wage_problem", "老板不给钱")
    assert chat.say(intent, "上次那个工钱的事咋样了").startswith("这事记着呢，没落下。\nhelper姓名")
    assert chat.cases == [("wage", 2)]


def test_it_stops_nothing_for_somebody_who_was_not_asked(chat):
    assert chat.say("stop_reminders", "你们怎么不来问我").startswith("该问没问到，怪我")
    assert chat.contact.reminders_stopped_at is None
    chat.say("stop_reminders", "别再问我了")
    assert chat.contact.reminders_stopped_at is not None


def test_it_keeps_the_pay_told_before_it_is_asked(s, chat):
    chat.say("report_employed", "我上班了")
    chat.say("inform", "鑫达")
    chat.say("goodbye", "昨天")
    assert chat.say("inform", "5500") == "记下了：5500\n是哪一种活？"
    chat.tap("在外地干")
    assert s.scalars(sa.select(Placement)).one().pay_month == 5500


def test_it_says_sorry_and_what_it_can_do(chat):
    chat.say("report_absence", "我要请几天假回去收麦子")
    assert chat.say("deny", "你弄错了").startswith("对不住，弄错了。\n我能")
    assert chat.say("report_absence", "不是请假，是厂里没活了").startswith("对不住，弄错了。\n记下了。不是你的错停了工")


def test_it_offers_the_wages_beside_an_injury(chat):
    chat.say("report_injury", "工资拖了两个月，还有我的腿在工地摔了一下")
    assert chat.titles == ["工钱没发"]
    assert chat.say("report_job_ok", "上次那个工钱的事咋样了").startswith("这事记着呢")


def test_it_hears_what_is_meant_instead_of_a_search(chat):
    assert chat.say("search_jobs", "我要找活") == "有2个活。"
    assert chat.say("search_jobs", "我不是要找活，是工钱没发").startswith("对不住，弄错了。\n记下了。先不跟老板")
