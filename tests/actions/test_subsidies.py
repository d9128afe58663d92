import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import rights, subsidies
from core import db
from tests.core.rooms import contact, office, user, worker


@pytest.fixture
def chat(database):
    with db.writing() as s:
        home = office(s, "620823")
        person = worker(s, caseworker=user(s, "lihua", area="620823", office_id=home.id), county="620823")
        return contact(s, person, office=home).id


def tracker(chat, text, intent, language="zh", **entities):
    message = {
        "text": text,
        "intent": {"name": intent},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": {"contact_id": chat, "message_id": "m1", "language": language, "text": text},
    }
    return Tracker("chat-1", {}, message, [], False, None, {}, "action_listen")


async def said(action, told):
    dispatcher = CollectingDispatcher()
    assert await action.run(dispatcher, told, {}) == []
    return dispatcher.messages


@pytest.mark.parametrize(
    ("action", "name", "text", "words"),
    [
        (subsidies.ActionAskSubsidy, "action_ask_subsidy", "交通补贴给多少", "600元"),
        (subsidies.ActionCheckEligibility, "action_check_eligibility", "我能领啥", "lihua姓名"),
        (subsidies.ActionApplySubsidy, "action_apply_subsidy", "帮我申请交通补贴", "记下了"),
        (subsidies.ActionSubsidyStatus, "action_subsidy_status", "钱咋还没到", "哪笔钱"),
        (subsidies.ActionAskEntrepreneurship, "action_ask_entrepreneurship", "想开个小店", "300000元"),
        (rights.ActionAskRights, "action_ask_rights", "不签合同合法吗", "12333"),
        (rights.ActionOutOfScope, "action_out_of_scope", "养老金咋领", "12333"),
    ],
)
async def test_it_answers(chat, action, name, text, words):
    assert action().name() == name
    messages = await said(action(), tracker(chat, text, name.removeprefix("action_")))
    assert words in "\n".join(message["text"] for message in messages)


async def test_it_answers_in_english(chat):
    (message,) = await said(
        subsidies.ActionAskSubsidy(), tracker(chat, "how much is the travel allowance", "ask_subsidy", "en")
    )
    assert "600 yuan" in message["text"]
    assert message["buttons"]
