"""kill -9 at random points while people write: nothing lost, nothing done twice, order kept, at most one copy a death."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

from core import db, outbox, turns
from core.config import ROOT
from core.models import Contact, InboundMessage, OutboundMessage
from tests.bot.conftest import until
from tests.conftest import BOTH

ROUNDS = 10
CHATS = [7001 + number for number in range(10)]
A_CHAT = 12  # messages of each; three in three seconds is all that may go back


def spawn(module):
    return subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, env=dict(os.environ),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def answer(s):
    """What the relay does, without Rasa: a message's answer and its end in one transaction of its own; whether one waited."""
    for contact_id in turns.waiting(s, 1):
        message = turns.head(s, contact_id)
        outbox.put(s, s.get(Contact, contact_id), dedupe=f"m{message.id}:0", text=f"答{message.text}")
        turns.finish(message)
        return True
    return False


async def relay():
    while True:
        if not await db.write(answer):
            await asyncio.sleep(0.1)
        await db.write(outbox.recover)


async def people(world, chance):
    """Everybody writes, in an order of chance."""
    left = [chat for chat in CHATS for _ in range(A_CHAT)]
    chance.shuffle(left)
    said = {chat: [] for chat in CHATS}
    for number, chat in enumerate(left):
        said[chat].append(f"第{number}")
        world.says(chat, said[chat][-1])
        await asyncio.sleep(chance.uniform(0, 0.3))
    return said


async def killing(module, chance):
    """Start it and kill it at a random point of its life, again and again; then let it live."""
    for _ in range(ROUNDS):
        process = spawn(module)
        await asyncio.sleep(chance.uniform(0.8, 3.5))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    return spawn(module)


def unsent():
    with db.reading() as s:
        return s.scalar(sa.select(sa.func.count()).select_from(OutboundMessage).where(OutboundMessage.state != "sent"))


def came():
    with db.reading() as s:
        rows = s.execute(
            sa.select(Contact.external_id, InboundMessage.text)
            .join(Contact, Contact.id == InboundMessage.contact_id)
            .order_by(InboundMessage.n)
        ).all()
    return {chat: [text for external, text in rows if external == str(chat)] for chat in CHATS}


@pytest.mark.parametrize("database", BOTH, indirect=True)
async def test_it_loses_nothing_under_kills(botapi):
    seed = time.time_ns()
    chance = random.Random(seed)
    relaying = asyncio.create_task(relay())
    said, poller, sender = await asyncio.gather(
        people(botapi.world, chance), killing("bot.telegram.poller", chance), killing("bot.sender", chance)
    )
    await until(lambda: came() == said, 60)
    await until(lambda: sum(map(len, map(botapi.world.texts, CHATS))) >= A_CHAT * len(CHATS) and not unsent(), 60)
    relaying.cancel()
    for process in (poller, sender):
        process.terminate()
        assert process.wait(10) == 0
    copies = 0
    for chat in CHATS:
        got = botapi.world.texts(chat)
        first = list(dict.fromkeys(got))
        assert first == [f"答{text}" for text in said[chat]], f"seed {seed}"
        copies += len(got) - len(first)
    assert copies <= ROUNDS, f"seed {seed}"
