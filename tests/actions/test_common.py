"""What holds for every action: what was asked comes first, a question left open comes last, in a form the form asks."""

import pytest

from actions import escalations, subsidies
from core import db, outbox
from core.models import Contact, Draft
from tests.actions.test_conversation import run
from tests.core.rooms import contact, office, user, worker

OWED = "是哪家欠的？打名字就行。"


@pytest.fixture
def chat(database):
    with db.writing() as s:
        home = office(s)
        return contact(s, worker(s, caseworker=user(s, "zhao", office_id=home.id)), office=home).id


def sent(chat, words, n):
    with db.writing() as s:
        outbox.put(s, s.get(Contact, chat), dedupe=f"sent:{n}", text=words)


async def asked(chat):
    _, messages = await run(escalations.ActionReportWageProblem(), chat, "report_wage_problem", "老板不给钱")
    assert messages[-1]["text"] == OWED
    sent(chat, OWED, 1)


def facts():
    with db.reading() as s:
        return s.query(Draft).filter_by(kind="wage").one().data["facts"]


async def test_it_takes_the_answer_whatever_it_looks_like(chat):
    await asked(chat)
    before = facts()
    _, messages = await run(
        subsidies.ActionAskSubsidy(), chat, "check_job_safe", "张包工头，华宏工地", before="report_wage_problem"
    )
    assert messages[0]["text"] == "在哪个地方干的？"
    assert facts() == {**before, "owed_by": "张包工头，华宏工地"}


async def test_it_asks_once_more_after_a_digression(chat):
    await asked(chat)
    _, messages = await run(subsidies.ActionAskSubsidy(), chat, "ask_subsidy", "车票补贴给多少？")
    assert messages[-1]["text"] == OWED


async def test_it_leaves_the_question_to_an_open_form(chat):
    _, messages = await run(
        escalations.ActionReportWageProblem(), chat, "report_wage_problem", "老板不给钱", form="registration_form"
    )
    assert OWED not in [message["text"] for message in messages]
