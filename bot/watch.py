"""One watcher per process: asks four times a second for new rows of a table and wakes those who wait for them."""

import asyncio
import logging
import time
from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core import db
from core.models import InboundMessage, OutboundMessage

log = logging.getLogger(__name__)
EVERY = 0.25
# On PostgreSQL a lower id may be committed after a higher one: ids of this last while are looked at again.
LOOK_BACK = 30.0
ANY = 0


class Watcher:
    """New rows of `table` (inbound_messages or outbound_messages) by contact."""

    def __init__(self, table: type[InboundMessage] | type[OutboundMessage]):
        self.table = table
        self._floor: int | None = None
        self._seen: dict[int, float] = {}
        self._waiting: dict[int, asyncio.Event] = defaultdict(asyncio.Event)

    async def run(self) -> None:
        """Watch until cancelled; a database that is gone is asked again."""
        while True:
            try:
                self._wake(await db.read(self._new))
            except SQLAlchemyError as error:
                log.warning("cannot watch %s: %s", self.table.__tablename__, type(error).__name__)
            await asyncio.sleep(EVERY)

    async def wait(self, contact_id: int, seconds: float) -> bool:
        """Until there is a new row of this contact (`ANY`: of anyone); False when the time is over."""
        try:
            await asyncio.wait_for(self.bell(contact_id).wait(), seconds)
        except asyncio.TimeoutError:
            return False
        return True

    def bell(self, contact_id: int) -> asyncio.Event:
        """Rings with the next new row of this contact; take it before looking, so that nothing falls between."""
        return self._waiting[contact_id]

    def _new(self, s: Session) -> list[tuple[int, int]]:
        if self._floor is None:
            self._floor = s.scalar(sa.select(sa.func.max(self.table.id))) or 0
        query = sa.select(self.table.id, self.table.contact_id).where(self.table.id > self._floor)
        return [(key, contact) for key, contact in s.execute(query) if key not in self._seen]

    def _wake(self, rows: list[tuple[int, int]]) -> None:
        now = time.monotonic()
        self._seen.update({key: now for key, _ in rows})
        old = [key for key, at in self._seen.items() if now - at > LOOK_BACK]
        for key in old:
            self._floor = max(self._floor or 0, key)
            del self._seen[key]
        for contact in {contact for _, contact in rows} | ({ANY} if rows else set()):
            # Everybody who waits now goes on; who waits next needs a new row.
            if event := self._waiting.pop(contact, None):
                event.set()
