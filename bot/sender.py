"""`python -m bot.sender`: takes rows from the outbox, sends them, and keeps what came of each try."""

import asyncio
import contextlib
import logging

import httpx
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram.error import TelegramError

from bot import process, sms
from bot.telegram import chores, commands, sending, webhook
from bot.telegram.client import Client, opened
from bot.telegram.sending import Outcome
from bot.telegram.updates import moved
from core import db, leases, outbox, pace, reach
from core.config import settings
from core.models import Contact, OutboundMessage

log = logging.getLogger(__name__)
AT_ONCE = 10  # messages in hand at a time
IDLE = 0.2
SETTLE_FOR = 50  # seconds in which an outcome is written again and again; the lease is 60
Taken = tuple[OutboundMessage, str, bool]  # a message, the id of its chat, whether keys are to be taken away there


def routes() -> list[str]:
    """The ways on which this installation can send by itself; a web page fetches its own."""
    known = settings()
    return [way for way, on in (("telegram", known.telegram_token), ("sms", known.sms_gateway_url)) if on]


class Sender:
    """Up to ten messages in hand, one of a contact at a time. The promise is that of `core.outbox`."""

    def __init__(self, client: Client | None, http: httpx.AsyncClient) -> None:
        self.client, self.http = client, http
        self.owner = leases.owner("sender")
        self.in_hand: set[asyncio.Task] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop; what is in hand is settled first."""
        while not stopping.is_set():
            taken, wait = await self._next()
            if taken is None:
                await process.pause(stopping, wait)
                continue
            task = asyncio.create_task(self.deliver(*taken))
            self.in_hand.add(task)
            task.add_done_callback(self.in_hand.discard)
            if len(self.in_hand) >= AT_ONCE:
                await asyncio.wait(self.in_hand, return_when=asyncio.FIRST_COMPLETED)
        if self.in_hand:
            await asyncio.wait(self.in_hand, timeout=process.GRACE - 1)

    async def _next(self) -> tuple[Taken | None, float]:
        try:
            if not await db.read(outbox.any_ready, routes()):
                return None, IDLE
            return await db.write(self._claim)
        except SQLAlchemyError as error:
            log.warning("cannot claim: %s", type(error).__name__)
            return None, 1.0

    def _claim(self, s: Session) -> tuple[Taken | None, float]:
        """The next message, or how long to wait before asking again."""
        ways = routes()
        speed = pace.now(s) if "telegram" in ways else pace.Pace(0)
        if speed.wait > 0:
            ways.remove("telegram")
        message = outbox.claim(s, self.owner, ways, without=speed.without) if ways else None
        if message is None:
            return None, min(speed.wait, IDLE) if speed.wait > 0 else IDLE
        contact = s.get(Contact, message.contact_id)
        return (message, contact.external_id, outbox.keys_are_up(s, message)), 0

    async def deliver(self, message: OutboundMessage, chat_id: str, keys_up: bool) -> None:
        """One try at one message, settled whatever comes of it."""
        try:
            outcome = await self._send(message, chat_id, keys_up)
        except Exception as error:  # a message that breaks the sender must step aside, not stop it
            log.exception("message %s broke the sender", message.id)
            outcome = Outcome("unknown", error=type(error).__name__)
        await self._keep(message, outcome)

    async def _send(self, message: OutboundMessage, chat_id: str, keys_up: bool) -> Outcome:
        if message.route == "sms":
            return await self._sms(message)
        if self.client is None:
            return Outcome("later", error="TELEGRAM_TOKEN is not set")
        return await sending.send(self.client, message, chat_id, keys_up)

    async def _sms(self, message: OutboundMessage) -> Outcome:
        try:
            phone, text = await db.read(reach.sms, message)
        except LookupError:
            return Outcome("never", error="no phone")
        result, error = await sms.send(self.http, phone, text, message.id)
        return Outcome(result, error=error)

    async def _keep(self, message: OutboundMessage, outcome: Outcome) -> None:
        """Write the outcome; a database that is away is asked again while the lease lasts."""
        if outcome.result != "sent":
            log.warning("message %s: %s (%s)", message.id, outcome.result, outcome.error)
        for _ in range(SETTLE_FOR):
            try:
                await db.write(self._settle, message, outcome)
            except SQLAlchemyError as error:
                log.warning("message %s is not settled yet: %s", message.id, type(error).__name__)
                await asyncio.sleep(1)
            else:
                return

    def _settle(self, s: Session, message: OutboundMessage, outcome: Outcome) -> None:
        if outcome.halt:
            pace.halt(s, outcome.halt)
        if outcome.result in ("blocked", "gone"):
            reach.refused(s, message.id, self.owner, outcome.result, outcome.error or "")
        elif outcome.result == "never" and message.route == "sms":
            reach.no_sms(s, message.id, self.owner, outcome.error or "")
        elif outcome.result == "moved":
            outbox.settle(s, message.id, self.owner, "later", error=outcome.error, after=0)
            moved(s, int(s.get(Contact, message.contact_id).external_id), outcome.chat_id or 0)
        else:
            outbox.settle(
                s, message.id, self.owner, outcome.result,
                provider_id=outcome.provider_id, error=outcome.error, after=outcome.after,
            )  # fmt: skip


# -- beside the sending ----------------------------------------------------------------------------------------------


async def _errands(client: Client, stopping: asyncio.Event) -> None:
    """Telegram's webhook and menu at the start, then the chores."""
    while not stopping.is_set():
        try:
            if settings().telegram_mode == "webhook":
                await webhook.register(client)
            await commands.register(client)
            break
        except TelegramError as error:
            log.warning("Telegram is not told of us yet: %s", type(error).__name__)
            await process.pause(stopping, 10)
    while not stopping.is_set():
        try:
            done = await chores.run_once(client)
        except (SQLAlchemyError, OSError) as error:
            log.warning("chores wait: %s", type(error).__name__)
            done = 0
        await process.pause(stopping, 0 if done else 1)


async def main(stopping: asyncio.Event) -> None:
    """Send until told to stop."""
    if not routes():
        log.info("no TELEGRAM_TOKEN and no SMS_GATEWAY_URL: pages fetch their messages, nothing is sent from here")
        await stopping.wait()
        return
    async with contextlib.AsyncExitStack() as stack:
        client = await stack.enter_async_context(opened()) if "telegram" in routes() else None
        http = await stack.enter_async_context(httpx.AsyncClient())
        errands = asyncio.create_task(_errands(client, stopping)) if client is not None else None
        await Sender(client, http).run(stopping)
        if errands is not None:
            errands.cancel()


if __name__ == "__main__":
    process.run("sender", main)
