"""`python -m bot.relay`: takes messages out of the inbox, has them answered by Rasa, writes the answers to the outbox.

Promise: each message is answered once, in the order of its chat, however often a relay, Rasa or the action server dies:
a message under way is leased, its turn is keyed by its id, and its answers and its end are one transaction.
"""

import asyncio
import logging
import time

from sqlalchemy.exc import InterfaceError, OperationalError

from bot import process, relay_turns
from bot.rasa_client import Failed, Rasa
from bot.watch import ANY, Watcher
from core import db, leases, logs, turns
from core.models import InboundMessage

log = logging.getLogger(__name__)
AT_ONCE = 8  # chats
IN_A_ROW = 3  # messages of one chat; then whoever waits longest is next
LOOK_AGAIN, LOOK_FOR_RASA, TIDY = 1.0, 0.5, 5.0  # seconds
GONE = (OperationalError, InterfaceError)  # the database, not the message


class Relay:
    """One relay; several may run, on several machines."""

    def __init__(self, rasa: Rasa, owner: str | None = None) -> None:
        self.rasa, self.owner = rasa, owner or leases.owner("relay")
        self.watcher = Watcher(InboundMessage)
        self.stopping, self.freed = asyncio.Event(), asyncio.Event()
        self.in_hand: dict[int, asyncio.Task] = {}
        self.rasa_up, self.trouble = False, True
        self.tidied = float("-inf")

    async def run(self, stopping: asyncio.Event) -> None:
        """Relay until told to stop; turns under way may end, the others are left to the next relay."""
        self.stopping = stopping
        watching = asyncio.create_task(self.watcher.run())
        try:
            while not stopping.is_set():
                bell = self.watcher.bell(ANY)
                self.freed.clear()
                await self._rest(bell, await self._round())
        finally:
            watching.cancel()
            await self._leave()

    async def _round(self) -> float:
        """Take what waits; how long to rest then, at most."""
        try:
            await self._tidy()
            if not await self._rasa_is_up():
                if await db.read(turns.waiting, 1):
                    self.trouble = True
                    await db.write(relay_turns.tell_waiting)
                return LOOK_FOR_RASA
            room = AT_ONCE - len(self.in_hand)
            found = await db.read(turns.waiting, AT_ONCE) if room else []
        except GONE as error:
            log.warning("no database: %s", type(error).__name__)
            return LOOK_AGAIN
        for contact_id in [contact_id for contact_id in found if contact_id not in self.in_hand][:room]:
            self.in_hand[contact_id] = asyncio.create_task(self._serve(contact_id))
        return LOOK_AGAIN

    async def _rest(self, bell: asyncio.Event, seconds: float) -> None:
        waits = [asyncio.create_task(event.wait()) for event in (self.freed, self.stopping, bell)]
        # Without Rasa nothing is to be done for a new message but to wait.
        await asyncio.wait(waits if self.rasa_up else waits[1:2], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _tidy(self) -> None:
        """Free the leases of dead relays, and our own that no task holds (the database was gone)."""
        if time.monotonic() - self.tidied < TIDY:
            return
        freed = await db.write(turns.free_dead) + await db.write(turns.free_own, self.owner, tuple(self.in_hand))
        if freed:
            log.info("%s leases freed", freed)
        self.tidied = time.monotonic()

    async def _rasa_is_up(self) -> bool:
        was_up, self.rasa_up = self.rasa_up, self.rasa_up or await self.rasa.ready()
        if self.rasa_up and not was_up:
            log.info("Rasa is up")
        return self.rasa_up

    async def _serve(self, contact_id: int) -> None:
        """Answer some of a chat's messages, one by one."""
        try:
            more, left = await db.write(turns.take, contact_id, self.owner), IN_A_ROW
            while more and left and not self.stopping.is_set():
                more, left = await self._turn(contact_id), left - 1
            if more:
                await db.write(turns.give_back, contact_id, self.owner)
        except asyncio.CancelledError:
            await db.write(turns.give_back, contact_id, self.owner)
            raise
        except Exception as error:  # whose lease stays is freed by the next tidying; the relay goes on
            log.warning("contact %s left: %s", contact_id, logs.named(error))
        finally:
            self.in_hand.pop(contact_id, None)
            self.freed.set()

    async def _turn(self, contact_id: int) -> bool:
        """One message, from the inbox to the outbox; whether another may wait."""
        try:
            post = await db.write(relay_turns.next_post, contact_id, self.owner)
            if post is None:
                return False
            messages = await self.rasa.turn(post.sender, post.message_id, post.text, post.metadata)
            more = await db.write(relay_turns.answered, post, self.owner, messages)
        except (turns.LeaseLost, *GONE):
            raise
        except Failed as failure:
            await self._failed(contact_id, failure)
            return False
        except Exception as error:  # a message that breaks us must step aside like one that breaks Rasa
            log.error("contact %s: %s", contact_id, logs.named(error))
            await self._failed(contact_id, Failed(f"relay:{type(error).__name__}", counts=True))
            return False
        await self._it_works()
        return more

    async def _failed(self, contact_id: int, failure: Failed) -> None:
        log.warning("contact %s must wait: %s", contact_id, failure.reason)
        self.trouble = self.trouble or not failure.counts
        self.rasa_up = self.rasa_up and not failure.away
        await db.write(relay_turns.failed, contact_id, self.owner, failure.reason, counts=failure.counts)

    async def _it_works(self) -> None:
        if self.trouble:
            self.trouble = False
            await db.write(relay_turns.outage_over)

    async def _leave(self) -> None:
        tasks = list(self.in_hand.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=process.GRACE - 1)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.rasa.close()


async def main(stopping: asyncio.Event) -> None:
    """Relay until told to stop."""
    await Relay(Rasa()).run(stopping)


if __name__ == "__main__":
    process.run("relay", main)
