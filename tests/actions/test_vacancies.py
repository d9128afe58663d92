import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import applications, fairs, vacancies
from core import db
from tests.core.openings import opening
from tests.core.rooms import contact, office


@pytest.fixture
def chat(database):
    with db.writing() as s:
        opening(s, "电焊工")
        return contact(s, office=office(s)).id


def tracker(chat, text, intent, language="zh", **entities):
    message = {
        "text": text,
        "intent": {"name": intent},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": {"contact_id": chat, "message_id": f"m-{text}", "language": language, "text": text},
    }
    return Tracker("chat-1", {}, message, [], False, None, {}, "action_listen")


async def said(action, told):
    dispatcher = CollectingDispatcher()
    assert await action.run(dispatcher, told, {}) == []
    return dispatcher.messages


@pytest.mark.parametrize(
    ("action", "name", "text", "words"),
    [
        (vacancies.ActionSearchJobs, "action_search_jobs", "有电焊的活吗", "报第1个"),
        (vacancies.ActionRefineSearch, "action_refine_search", "浙江的呢", "报第1个"),
        (vacancies.ActionMoreJobs, "action_more_jobs", "还有吗", "报第1个"),
        (vacancies.ActionAskJobDetail, "action_ask_job_detail", "包吃住不", "没给你看过活"),
        (vacancies.ActionCheckJobSafe, "action_check_job_safe", "要交押金吗", "押金"),
        (applications.ActionApplyJob, "action_apply_job", "我要报名", "没给你看过活"),
        (applications.ActionApplicationStatus, "action_application_status", "有消息没", "没有报着的活"),
        (applications.ActionWithdrawApplication, "action_withdraw_application", "不去了", "没有报着的活"),
        (fairs.ActionAskJobFair, "action_ask_job_fair", "哪天招聘会", "招聘会"),
        (fairs.ActionAskTraining, "action_ask_training", "有培训吗", "培训班"),
        (fairs.ActionAskTransport, "action_ask_transport", "专车几点走", "专车"),
    ],
)
async def test_it_answers(chat, action, name, text, words):
    assert action().name() == name
    messages = await said(action(), tracker(chat, text, name.removeprefix("action_")))
    assert words in "\n".join(m["text"] + "".join(b["title"] for b in m["buttons"] or []) for m in messages)


async def test_it_says_that_an_opening_is_closed(chat):
    with db.writing() as s:
        number = opening(s, "缝纫工", state="closed").id
    told = tracker(chat, "报名", "apply_job", vacancy_id=str(number))
    (message,) = await said(applications.ActionApplyJob(), told)
    assert (message["response"], message["title"]) == ("utter_job_closed", "缝纫工")
