"""Rasa's strict channel (bot/rasa_channel.py) as the gateway's processes see it."""

from typing import Any

import httpx

from core import sealing
from core.config import settings

CALL_SECONDS = 30.0  # longer than a turn in the channel, shorter than the lease
READY_SECONDS = 2.0
AWAY = ("no_model", "not_ours", "store_unreachable")  # no turn can be kept now


class Failed(Exception):
    """Nothing of the turn was kept. `counts`: the message itself may be what breaks it; `away`: no turn can be answered now."""

    def __init__(self, reason: str, *, counts: bool, away: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.counts, self.away = reason, counts, away


def secret() -> str:
    """What the channel asks for (GATEWAY_SECRET in Rasa's environment)."""
    return sealing.keyed_hash("gateway", "")


class Rasa:
    """One client of one Rasa server; close it when done."""

    def __init__(self, url: str | None = None) -> None:
        # Rasa is on this machine or behind a balancer and may have been restarted: no connection is kept.
        self._http = httpx.AsyncClient(
            base_url=f"{(url or settings().rasa_url).rstrip('/')}/webhooks/gateway",
            headers={"X-Gateway-Secret": secret()},
            timeout=CALL_SECONDS,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def turn(self, sender: str, message_id: str, text: str, metadata: dict[str, Any]) -> list[dict[str, Any]]:
        """What is said to a message, at least one bubble; the same message again has the same answer. Raises Failed."""
        body = {"sender": sender, "message_id": message_id, "text": text, "metadata": metadata}
        answer = await self._call("POST", "/turn", json=body)
        messages = answer.get("messages")
        if not messages:
            raise Failed("nothing_said", counts=True)
        return messages

    async def ready(self) -> bool:
        """Whether a turn that is posted now can be answered and kept."""
        try:
            await self._call("GET", "/ready", timeout=READY_SECONDS)
        except Failed:
            return False
        return True

    async def close(self) -> None:
        await self._http.aclose()

    async def _call(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(method, path, **kwargs)
            body = answer.json() if answer.content else {}
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise Failed("rasa_unreachable", counts=False, away=True) from None
        except httpx.TimeoutException:
            raise Failed("rasa_slow", counts=True) from None
        except (httpx.HTTPError, ValueError):
            raise Failed("rasa_lost", counts=True) from None
        if not isinstance(body, dict):
            raise Failed("rasa_lost", counts=True)
        if answer.is_success:
            return body
        reason, counts = str(body.get("reason") or f"http_{answer.status_code}"), bool(body.get("counts", True))
        # A server without our channel, or with another secret, answers nobody: that is not the message's fault.
        strange = answer.status_code in (403, 404)
        raise Failed(reason, counts=counts and not strange, away=strange or reason in AWAY)
