"""Not understood: two likely meanings, then a person, never a third try."""

import pytest

from core import meanings
from core.policies import load
from tests.core.chats import Turn, named
from tests.core.rooms import contact, office, user, worker

NAMES = ["nlu_fallback", "inform", "ask_subsidy", "out_of_scope", "apply_subsidy", "greet"]
RANKING = [(name, 0.3) for name in NAMES]


@pytest.fixture
def chat(s):
    place = office(s)
    return contact(s, worker(s, caseworker=user(s, "helper", office_id=place.id)))


def offer(s, chat, language="zh", again=False, ranking=RANKING):
    turn = Turn("nlu_fallback", "交通那个", language, named({"subsidy": "交通补贴"}))
    (said,) = meanings.offer(s, chat, turn, ranking, again=again)
    return said


def test_it_offers_the_two_likeliest_that_are_wishes(s, chat):
    said = offer(s, chat)
    assert said.text == "我没太听懂。你是想办哪样？"
    assert [button["title"] for button in said.buttons] == ["问补贴", "申请补贴", "👤 都不是，找人"]
    assert said.buttons[0]["payload"] == '/ask_subsidy{"subsidy": "交通补贴"}'


def test_it_offers_them_in_english(s, chat):
    assert [button["title"] for button in offer(s, chat, "en").buttons][:2] == [
        "About a subsidy",
        "Apply for a subsidy",
    ]


def test_it_gives_a_person_by_name_and_number_at_the_second_miss(s, chat):
    said = offer(s, chat, again=True)
    assert "helper姓名" in said.text
    assert "0930-0000001" in said.text
    assert '"kind": "stuck"' in said.buttons[0]["payload"]


def test_it_gives_a_person_where_nothing_is_likely(s, chat):
    assert "helper姓名" in offer(s, chat, ranking=[("nlu_fallback", 0.4), ("thank", 0.3)]).text


@pytest.mark.parametrize("grave", ["delete_my_data", "emergency", "stop_reminders"])
def test_it_offers_nothing_grave_as_a_mere_guess(s, chat, grave):
    title = load("meanings")["intents"][grave]["zh"]
    unsure = offer(s, chat, ranking=[("nlu_fallback", 0.4), (grave, 0.19), ("search_jobs", 0.1)])
    assert title not in [button["title"] for button in unsure.buttons]
    third = offer(s, chat, ranking=[("ask_rights", 0.3), ("search_jobs", 0.3), (grave, 0.25)])
    assert title not in [button["title"] for button in third.buttons]
    likely = offer(s, chat, ranking=[(grave, 0.35), ("search_jobs", 0.1)])
    assert likely.buttons[0]["title"] == title


@pytest.mark.parametrize(("language", "most"), [("zh", 6), ("en", 26)])
def test_it_has_short_words_for_every_meaning(language, most):
    titles = [row[language] for row in load("meanings")["intents"].values()]
    assert max(map(len, titles)) <= most
    assert len(set(titles)) == len(titles)
