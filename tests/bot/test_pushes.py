import json

import httpx
import pytest

from bot import pushes as bot_pushes
from core import clock, db, escalations, pushes
from core.models import Contact, Escalation


@pytest.fixture
def case(database):
    with db.writing() as s:
        chat = Contact(key="c", channel="web", external_id="c", created_at=clock.now())
        s.add(chat)
        s.flush()
        return escalations.open_case(s, chat, "wage", key="in-1").id


@pytest.fixture
def robot(house, monkeypatch):
    """A group robot that keeps what it is told and answers what the test says."""
    house(CASEWORKER_WEBHOOK="http://robot.test/send")
    heard, answers = [], []

    def hear(request):
        heard.append(json.loads(request.content))
        return answers.pop(0) if answers else httpx.Response(200, json={"errcode": 0})

    real = httpx.AsyncClient
    monkeypatch.setattr(
        bot_pushes.httpx, "AsyncClient", lambda **options: real(transport=httpx.MockTransport(hear), **options)
    )
    return heard, answers


def kept(case_id):
    with db.reading() as s:
        row = s.get(Escalation, case_id)
        return row.pushed_at, row.push_tries, row.push_error


async def test_it_tells_the_robot_once(case, robot):
    heard, _ = robot
    assert await bot_pushes.run_once() == 1
    assert await bot_pushes.run_once() == 0
    assert [message["msgtype"] for message in heard] == ["text"]
    assert f"#{case}" in heard[0]["text"]["content"]
    assert kept(case)[0] is not None


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(500), httpx.Response(200, json={"errcode": 45009}), httpx.Response(200, content=b"<html>")],
)
async def test_it_keeps_why_it_could_not_tell(case, robot, answer):
    robot[1].append(answer)
    assert await bot_pushes.run_once() == 0
    pushed_at, tries, error = kept(case)
    assert (pushed_at, tries) == (None, 1)
    assert error


async def test_it_marks_nothing_as_told_where_no_chat_is_set(case):
    assert await bot_pushes.run_once() == 0
    with db.reading() as s:
        assert [push.case_id for push in pushes.due(s)] == [case]


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://qyapi.weixin.qq.com/x", ("text", "content")),
        ("https://oapi.dingtalk.com/x", ("text", "content")),
        ("https://open.feishu.cn/x", ("content", "text")),
    ],
)
def test_it_speaks_as_each_robot_wants(url, where):
    message = bot_pushes.robot_message(url, "好")
    assert message[where[0]][where[1]] == "好"
