import pytest

from core import clock, consents, contacts, profile, registration_form, registration_record, sealing
from core.models import Consent, Draft, Escalation, InboundMessage, Worker, WorkerFact
from tests.core.rooms import contact, office, user, worker
from tests.core.talks import Talk, Turn

PHONE = "14200001234"


def number(born="19810305", place="621121", order="002"):
    digits = f"{place}{born}{order}"
    return digits + sealing.CHECK[sum(int(d) * w for d, w in zip(digits, sealing.WEIGHTS, strict=True)) % 11]


@pytest.fixture
def talk(s):
    home = office(s)
    user(s, "zhao", office_id=home.id)
    return Talk(s, contact(s, office=home))


@pytest.fixture
def agreed(talk):
    talk.register()
    talk.tap("who", "self")
    return talk.tap("matching", "yes")


@pytest.fixture
def few(agreed):
    agreed.say("王秀禾", person_name="王秀禾")
    agreed.say("通渭县平襄镇杏花示范村", region="通渭县")
    agreed.say("45岁")
    agreed.say(PHONE)
    agreed.tap("sharing", "yes")
    return agreed.tap("follow_up", "no")


def test_it_says_who_sees_it_and_asks_for_whom_first(talk):
    talk.register()
    assert talk.step == "who"
    assert len(talk.said) == 2


def test_it_asks_for_the_few_in_order_and_makes_the_record(few, s):
    assert few.step == "more"
    few.tap("more", "no")
    assert few.step == "confirm"
    assert "王秀禾" in few.text
    assert "平襄镇" in few.text
    assert "1234" in few.text
    assert PHONE not in few.text
    few.tap("confirm", "yes")
    made = s.query(Worker).one()
    assert (made.name, made.county_code, made.township_code) == ("王秀禾", "621121", "621121101000")
    assert (made.village, made.phone_whose, made.birth_exact) == ("杏花示范村", "own", False)
    assert (clock.today() - made.birth_on).days // 365 in (45, 46)
    assert made.source == "chat"
    assert made.caseworker_id is not None
    assert made.work_state == "wants_work"
    assert contacts.active_worker(s, few.contact) is made
    assert few.contact.phone_id == made.phone_id
    assert not few.open


def test_it_keeps_each_fact_with_its_source_and_each_yes_with_its_wording(few, s):
    few.tap("more", "no").tap("confirm", "yes")
    made = s.query(Worker).one()
    facts = profile.newest(s, made)
    assert facts["name"].source == "worker"
    assert facts["name"].author == f"contact:{few.contact.id}"
    assert consents.granted(s, made.id, "matching")
    assert consents.granted(s, made.id, "sharing")
    assert not consents.granted(s, made.id, "follow_up")
    assert s.query(Consent).filter_by(purpose="matching").one().wording == consents.wording(
        "utter_consent_matching", "zh"
    )


def test_it_forgets_the_draft_when_it_is_done(few, s):
    few.tap("more", "no").tap("confirm", "yes")
    draft = s.query(Draft).filter_by(kind="registration").one()
    assert draft.data["facts"] == {}
    assert draft.outcome == "done"


def test_it_keeps_two_facts_of_one_answer(agreed):
    agreed.say("我叫李向南，今年29岁，家在通渭", person_name="李向南", region="通渭")
    assert set(agreed.data["facts"]) == {"name", "birth", "home"}
    assert agreed.step == "village"


def test_it_takes_facts_out_of_the_first_sentence(talk):
    talk.register("我叫李向南，家在通渭，要登记", person_name="李向南", region="通渭")
    assert set(talk.data["facts"]) == {"name", "home"}


def test_it_goes_back_a_step(agreed):
    agreed.say("王秀禾").say("通渭县", region="通渭县")
    assert agreed.step == "village"
    agreed.say("上一步")
    assert agreed.step == "home"
    assert "home" not in agreed.data["facts"]
    agreed.say("上一步")
    assert agreed.step == "name"


@pytest.mark.parametrize("word", ["跳过", "不知道"])
def test_it_leaves_out_what_one_does_not_want_to_say(agreed, word):
    agreed.say("王秀禾").say(word)
    assert agreed.step == "birth"


def test_it_needs_a_name(agreed):
    agreed.say("跳过")
    assert agreed.step == "name"
    assert len(agreed.said) == 2


def test_it_lets_a_question_in_the_middle_to_its_own_rule(agreed, s):
    agreed.say("王秀禾")
    before = dict(agreed.data)
    agreed.say("交通补贴给多少？", intent="ask_subsidy")
    assert not agreed.understood
    assert agreed.data["facts"] == before["facts"]
    assert agreed.step == "home"


def test_it_takes_a_short_answer_that_the_model_took_for_something_else(few):
    few.tap("more", "yes")
    few.tap("trades", "6-18-02-04").tap("limits", "none")
    assert few.step == "wish"
    few.say("在家附近", intent="search_jobs")
    assert few.data["facts"]["wish"] == {"wish": "local"}


def test_it_takes_the_title_of_another_button_for_no_answer(few):
    few.tap("more", "yes").tap("trades", "none").tap("limits", "none")
    few.hear(Turn("search_jobs", "看家附近的活", kind="button"))
    assert not few.understood
    assert few.step == "wish"


def test_it_corrects_what_was_said_before(agreed):
    agreed.say("王秀禾").say("通渭", region="通渭").say("平襄镇").say("43")
    assert agreed.step == "phone"
    agreed.say("不对，我是崇信的", region="崇信")
    assert agreed.data["facts"]["home"] == {"county_code": "620823"}
    assert agreed.step == "phone"


def test_it_asks_which_place_is_meant(agreed):
    agreed.say("王秀禾").say("定西", region="定西")
    assert agreed.step == "home"
    assert len(agreed.said[-1].buttons) >= 7
    agreed.tap("home", "621121")
    assert agreed.data["facts"]["home"] == {"county_code": "621121"}


def test_it_changes_one_thing_before_it_saves(few, s):
    few.tap("more", "no").tap("confirm", "no")
    assert few.step == "change"
    assert "手机号" in [b["title"] for b in few.said[-1].buttons]
    few.tap("change", "name")
    assert few.step == "name"
    few.say("王秀云")
    assert few.step == "confirm"
    few.tap("confirm", "yes")
    assert s.query(Worker).one().name == "王秀云"


def test_it_ends_without_a_record_when_the_first_yes_is_refused(talk, s):
    talk.register().tap("who", "self").tap("matching", "no")
    assert not talk.open
    assert s.query(Worker).count() == 0
    assert "照样" in talk.text
    assert s.query(Consent).one().granted is False


def test_it_asks_apart_whether_a_limit_may_be_kept(few, s):
    few.tap("more", "yes").tap("trades", "none").tap("limits", "no_lifting")
    assert few.step == "health"
    assert "不能干重活" in few.text
    few.tap("health", "no")
    few.tap("step", "enough").tap("confirm", "yes")
    assert s.query(Worker).one().limits == []


def test_it_keeps_a_limit_that_may_be_kept(few, s):
    few.tap("more", "yes").say("会缝纫，腰不好，干不了重活", occupation="缝纫")
    assert few.step == "health"
    few.say("可以", intent="affirm").tap("step", "enough").tap("confirm", "yes")
    made = s.query(Worker).one()
    assert "no_lifting" in made.limits
    assert consents.granted(s, made.id, "health")


def test_it_refuses_kindly_under_sixteen(agreed, s):
    agreed.say("张小满").say("通渭").say("跳过").say("15岁")
    assert not agreed.open
    assert "16岁" in agreed.text
    assert s.query(Worker).count() == 0


def test_it_reads_an_id_number_for_the_age_too(agreed):
    agreed.say("王秀禾").say("通渭").say("跳过").say(number())
    facts = agreed.data["facts"]
    assert facts["birth"]["birth_on"] == "1981-03-05"
    assert facts["id_number"]["id_number_id"]
    assert agreed.step == "phone"


def test_it_says_when_an_id_number_does_not_add_up(few):
    few.tap("more", "yes")
    for _ in range(9):
        few.say("跳过")
    while few.step != "id_number":
        few.say("跳过")
    wrong = number()[:-1] + ("1" if number()[-1] != "1" else "2")
    few.say(wrong)
    assert few.step == "id_number"
    assert "对不上" in few.text


def test_it_leaves_an_old_number_out(agreed):
    agreed.say("王秀禾").say("通渭").say("跳过").say("621121810305002")
    assert agreed.data["facts"]["birth"]["birth_on"] == "1981-03-05"
    assert agreed.data["facts"]["id_number"] == {"id_number_reason": "old_number"}
    assert "老号" in agreed.text


def test_it_binds_nobody_to_a_number_that_is_on_another_record(agreed, s):
    row = sealing.seal(s, "id_number", number())
    worker(s, "王秀禾", id_number_id=row.id)
    agreed.say("王秀禾").say("通渭").say("跳过").say(number())
    assert not agreed.open
    assert s.query(Worker).count() == 1
    assert s.query(Escalation).one().kind == "registration"
    assert contacts.active_worker(s, agreed.contact) is None


def test_it_takes_a_card_as_own_only_if_the_app_says_so(agreed, s):
    agreed.say("王秀禾").say("通渭").say("跳过").say("43")
    row = sealing.seal(s, "phone", PHONE)
    agreed.hear(Turn("contact_card", "", {"phone_id": str(row.id), "own": "false"}))
    assert agreed.data["facts"]["phone"] == {"phone_id": row.id, "phone_whose": "family"}
    agreed.hear(Turn("contact_card", "", {"phone_id": str(row.id), "own": "true"}))
    assert agreed.data["facts"]["phone"]["phone_whose"] == "own"


def test_it_asks_of_somebody_on_the_list_only_what_is_missing(talk, s):
    listed = worker(s, "王秀禾", birth_on=clock.today().replace(year=1981), township_code="621121101000")
    talk.contact.worker_id = listed.id
    talk.register()
    asked = [talk.step]
    talk.tap("matching", "yes")
    asked.append(talk.step)
    talk.say(PHONE)
    talk.tap("sharing", "yes").tap("follow_up", "yes")
    asked.append(talk.step)
    assert asked == ["matching", "phone", "more"]
    talk.tap("more", "no").tap("confirm", "yes")
    assert listed.phone_whose == "own"
    assert s.query(Worker).count() == 1


def test_it_takes_one_back_to_what_they_came_for(talk, s):
    talk.register("", value="apply_job", vacancy_id="12")
    assert talk.step == "matching"
    talk.tap("matching", "yes").say("王秀禾").say("通渭").say("跳过").say("43").say(PHONE)
    talk.tap("sharing", "yes").tap("follow_up", "yes")
    assert talk.step == "confirm"
    talk.tap("confirm", "yes")
    row = s.query(InboundMessage).filter_by(kind="internal").one()
    assert row.payload == {"intent": "apply_job", "entities": {"vacancy_id": "12"}}


def test_it_needs_no_form_when_all_is_there(talk, s):
    listed = worker(s, "王秀禾", birth_on=clock.today().replace(year=1981), village="杏花示范村", phone_whose="none")
    talk.contact.worker_id = listed.id
    for purpose in consents.PURPOSES:
        consents.record(s, talk.contact, listed, purpose, True, key=purpose)
    talk.register("", value="apply_job", vacancy_id="12")
    assert not talk.open
    assert s.query(InboundMessage).filter_by(kind="internal").count() == 1


def test_it_keeps_a_record_and_a_yes_for_each_of_a_family(few, s):
    few.tap("more", "no").tap("confirm", "yes")
    mother = Talk(s, few.contact)
    mother.register("给我妈也登记", relation="我妈")
    assert mother.step == "matching"
    assert "本人" in mother.text
    mother.tap("matching", "yes")
    assert mother.said[-1].text.startswith("你妈")
    mother.say("李杏花").say("通渭").say("跳过").say("60").tap("phone", "none")
    mother.tap("sharing", "yes").tap("follow_up", "yes").tap("more", "no").tap("confirm", "yes")
    people = {w.name: bond for bond, w in contacts.workers_of(s, few.contact)}
    assert set(people) == {"王秀禾", "李杏花"}
    assert people["李杏花"].relation == "我妈"
    assert s.query(WorkerFact).filter_by(worker_id=people["李杏花"].worker_id, field="name").one().source == "family"
    assert s.query(Consent).filter_by(worker_id=people["李杏花"].worker_id).count() == 3


def test_it_goes_on_in_the_other_language(agreed):
    agreed.say("王秀禾")
    agreed.language = "en"
    agreed.say("Tongwei County", region="Tongwei County")
    assert agreed.said[-1].text.startswith("Which township")


def test_it_answers_the_same_turn_once(agreed, s):
    turn = Turn("inform", "王秀禾")
    first = registration_form.hear(s, agreed.contact, turn)
    again = registration_form.hear(s, agreed.contact, turn)
    assert first == again
    assert agreed.data["order"].count("name") == 1


def test_it_makes_one_record_of_a_turn_that_comes_twice(few, s):
    few.tap("more", "no")
    turn = Turn("choose", "", {"field": "confirm", "value": "yes"})
    for _ in range(2):
        assert registration_form.hear(s, few.contact, turn).ended
        said = registration_record.finish(s, few.contact, turn)
    assert s.query(Worker).count() == 1
    assert "登记好了" in said[0].text


def test_it_keeps_nothing_of_what_is_given_up(agreed, s):
    agreed.say("王秀禾")
    said = registration_record.cancel(s, agreed.contact, Turn("cancel", "算了不填了"))
    assert "没存" in said[0].text
    assert s.query(Draft).one().data["facts"] == {}


def test_it_goes_on_with_an_answer_that_comes_after_the_form_has_closed(agreed, s):
    draft = s.query(Draft).one()
    said = registration_record.resume(s, agreed.contact, draft, Turn("inform", "王秀禾", {}))
    assert said
    assert agreed.data["facts"]["name"] == {"name": "王秀禾"}
    row = s.query(InboundMessage).filter_by(kind="internal").one()
    assert row.payload["intent"] == "register"


def test_it_tells_a_caseworker_of_one_who_may_be_on_the_list_already(few, s):
    worker(s, "王秀禾")
    few.tap("more", "no").tap("confirm", "yes")
    assert s.query(Escalation).one().detail.startswith("twin")


def test_it_makes_no_second_record_of_a_relative(few, s):
    few.tap("more", "no").tap("confirm", "yes")
    mother = Talk(s, few.contact).register("给我妈登记", relation="我妈")
    mother.tap("matching", "yes").say("李杏花").say("通渭").say("跳过").say("60").tap("phone", "none")
    mother.tap("sharing", "yes").tap("follow_up", "yes").tap("more", "no").tap("confirm", "yes")
    again = Talk(s, few.contact).register("给我妈登记", relation="我妈")
    assert again.data["worker"] == few.contact.worker_id
    assert s.query(Worker).count() == 2


@pytest.mark.parametrize(("text", "intent"), [("你好", "greet"), ("谢谢你", "thank"), ("咋回事啊", "nlu_fallback")])
def test_it_takes_small_talk_for_no_answer(agreed, text, intent):
    agreed.say("王秀禾").say("通渭")
    agreed.say(text, intent=intent)
    assert not agreed.understood
    assert agreed.step == "village"


def test_it_adds_to_the_limits_on_record(talk, s):
    listed = worker(s, "王秀禾", birth_on=clock.today().replace(year=1981), village="x", phone_whose="none")
    listed.limits = ["no_night"]
    talk.contact.worker_id = listed.id
    talk.register().tap("matching", "yes").say("我腰不好")
    talk.tap("health", "yes").tap("sharing", "yes").tap("follow_up", "yes").tap("more", "no").tap("confirm", "yes")
    assert listed.limits == ["no_night", "no_lifting", "no_bending"]


# -- told ahead of its question --------------------------------------------------------------------------------------


def test_it_takes_a_name_for_a_yes_to_oneself(talk):
    assert talk.register().step == "who"
    talk.say("王桂英", "nlu_fallback")
    assert talk.step == "matching"
    assert talk.data["relation"] == "self"
    assert talk.text.startswith("记下了。")


def test_it_says_back_what_is_told_while_it_asks_for_whom(talk):
    talk.register().say("53岁，小学没念完，会做饭", "nlu_fallback")
    assert talk.step == "who"
    assert talk.text.startswith("记下了。")
    assert {"birth", "school", "trades"} <= talk.data["facts"].keys()


def test_it_takes_a_bare_figure_for_the_age_whatever_it_looks_like(talk):
    talk.register().tap("who", "self")
    talk.say("53", "goodbye")
    assert talk.understood
    assert "约53岁" in talk.text or "约52岁" in talk.text
    assert talk.step == "matching"
    talk.say("甘肃通渭平襄镇", "search_jobs").say("家附近", "search_jobs")
    assert talk.data["facts"]["home"] == {"county_code": "621121"}
    assert talk.data["facts"]["wish"] == {"wish": "local"}


def test_it_reads_two_trades(talk):
    talk.register().say("我叫王秀禾").tap("matching", "yes")
    talk.say("做饭，也能打扫。以前都会", "inform")
    assert len(talk.data["facts"]["trades"]["trades"]) == 2


def test_it_keeps_a_job_told_with_the_wish_to_be_on_record(talk):
    talk.register("我下周一到昆山去上班，厂名叫立讯，先给我登记")
    assert talk.data["then"]["intent"] == "report_employed"


@pytest.mark.parametrize("name", ["高秀英", "白银花"])
def test_it_takes_no_name_for_a_place(talk, name):
    talk.register().tap("who", "self").tap("matching", "yes").say(name)
    assert talk.data["facts"].keys() == {"name"}


def test_it_knows_what_the_same_place_is(talk, few, s):
    few.tap("more", "no").tap("confirm", "yes")
    few.register("给我女儿也登记一个", relation="我女儿")
    few.tap("matching", "yes").say("王小禾").say("同一个地方", "search_jobs")
    assert few.data["facts"]["home"] == {"county_code": "621121"}


def test_it_hears_for_whom_it_is_and_no_thanks_for_a_name(talk):
    talk.register().say("谢谢", "thank")
    assert talk.step == "who"
    assert not talk.understood
    talk.say("给我婆婆")
    assert (talk.step, talk.data["relation"]) == ("matching", "婆婆")
