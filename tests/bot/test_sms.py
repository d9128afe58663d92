import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from bot import sms
from core import contacts, db, inbox, reach, sealing
from core.models import InboundMessage

PHONE = "13800000000"


@pytest.fixture
def known(house, database):
    """A gateway, and a chat that is reached at a phone."""
    house(SMS_GATEWAY_URL="http://sms.test/send")
    with db.writing() as s:
        contacts.of_channel(s, "web", "w").phone_id = sealing.seal(s, "phone", PHONE).id


async def post(*, secret=None, **more):
    transport = httpx.ASGITransport(Starlette(routes=sms.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
        return await client.post(f"/sms/{reach.sms_secret() if secret is None else secret}", **more)


def message(text="发工资了", phone=PHONE, key="1"):
    return {"from": phone, "text": text, "id": key}


def texts():
    with db.reading() as s:
        return list(s.scalars(sa.select(InboundMessage.text)))


async def test_it_stores_a_message_once(known):
    answers = [await post(json=message()) for _ in range(2)]
    assert [(a.status_code, a.json()["stored"]) for a in answers] == [(200, True), (200, False)]
    assert texts() == ["发工资了"]


async def test_it_seals_the_numbers_in_it(known):
    await post(json=message("我换号了13900000000\x00"))
    assert sealing.PLACEHOLDER.search(texts()[0])


@pytest.mark.parametrize("secret", ["x", "%C3%A9", "0" * 32])
async def test_it_refuses_another_secret(known, secret):
    assert (await post(json=message(), secret=secret)).status_code == 403


async def test_it_refuses_without_a_gateway(database):
    assert (await post(json=message())).status_code == 403


async def test_it_is_not_told_of_strangers(known):
    assert (await post(json=message(phone="13900000000"))).json() == {"stored": False}
    assert texts() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"from": 1, "text": "x"}', b"x" * 20_000, b"[" * 9000])
async def test_it_refuses_what_is_no_message(known, body):
    assert (await post(content=body)).status_code == 400


@pytest.mark.parametrize(
    ("error", "status"),
    [(sa.exc.OperationalError("x", {}, Exception("away")), 503), (inbox.TooMany(30), 429)],
)
async def test_it_is_asked_again_when_it_cannot_store(known, monkeypatch, error, status):
    def broken(*_):
        raise error

    monkeypatch.setattr(reach, "sms_came", broken)
    answer = await post(json=message())
    assert answer.status_code == status
    assert int(answer.headers["Retry-After"]) > 0
