"""A strict Bot API server on loopback: long polling, webhook with retries, faults on demand. Part of the tests."""

import asyncio
import contextlib
import dataclasses
import json
import threading
import time
from collections.abc import Iterator

import aiohttp
from aiohttp import web

from tests.botapi.errors import Refused, bad
from tests.botapi.methods import Methods
from tests.botapi.world import World

TOKEN = "1:test-token"


@dataclasses.dataclass
class Fault:
    """What goes wrong with the next calls of a method: `refused` is answered; `lost` = done, but the answer never
    arrives; `cut` = not done; `hang` = done after so many seconds; `late` = done, but answered so late; `html` = a proxy's 502 page."""

    method: str
    kind: str
    refused: Refused | None = None
    seconds: float = 0
    times: int = 1
    chat_id: int | None = None


class BotApi:
    """The server in a thread of its own; `world` is what people do, `faults` what breaks."""

    def __init__(self, *, retry_unit: float = 0.1, port: int = 0, first_update: int = 1000) -> None:
        self.world, self.faults = World(first_update), list[Fault]()
        self.methods = Methods(self.world)
        self.retry_unit = retry_unit
        self.webhook: dict | None = None
        self.webhook_answers: list[int] = []
        self.polls = 0  # calls of getUpdates so far
        self.port = port
        self._poller = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()

    # -- life

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "BotApi":
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the Bot API server does not start")
        return self

    def stop(self) -> None:
        """Hang up on everybody and free the port."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        self._push_task.cancel()
        self._poller += 1  # a poll that is held open ends
        await self._runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_forever()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]
        self._push_task = self._loop.create_task(self._push())
        self._ready.set()

    # -- calls

    def fault(self, method: str, kind: str = "refused", **more) -> None:
        self.faults.append(Fault(method, kind, **more))

    def _next_fault(self, method: str, parameters: dict) -> Fault | None:
        for fault in self.faults:
            here = fault.chat_id is None or str(fault.chat_id) == str(parameters.get("chat_id"))
            if fault.method in (method, "*") and here and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            return web.json_response(Refused(401, "Unauthorized").body(), status=401)
        method, parameters = request.match_info["method"], await self._parameters(request)
        fault = self._next_fault(method, parameters)
        if fault:
            return await self._faulty(request, method, parameters, fault)
        return await self._done(method, parameters)

    async def _done(self, method: str, parameters: dict) -> web.Response:
        try:
            special = {
                "getUpdates": self._get_updates,
                "setWebhook": self._set_webhook,
                "deleteWebhook": self._delete_webhook,
            }
            if method in special:
                result = await special[method](parameters)
            elif method == "getWebhookInfo":
                result = {
                    "url": (self.webhook or {}).get("url", ""),
                    "has_custom_certificate": False,
                    "pending_update_count": 0,
                }
            else:
                result = self.methods.call(method, parameters)
            return web.json_response({"ok": True, "result": result})
        except Refused as refused:
            return web.json_response(refused.body(), status=refused.code)

    async def _faulty(self, request: web.Request, method: str, parameters: dict, fault: Fault) -> web.StreamResponse:
        if fault.refused:
            return web.json_response(fault.refused.body(), status=fault.refused.code)
        if fault.kind == "html":
            return web.Response(text="<html>502 Bad Gateway</html>", status=502, content_type="text/html")
        if fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
            return await self._done(method, parameters)
        if fault.kind == "late":
            answer = await self._done(method, parameters)
            await asyncio.sleep(fault.seconds)
            return answer
        if fault.kind == "lost":
            await self._done(method, parameters)
        request.transport.abort()
        return web.Response()

    async def _parameters(self, request: web.Request) -> dict:
        if request.content_type == "application/json":
            return await request.json()
        return {**request.query, **dict(await request.post())}

    async def _download(self, request: web.Request) -> web.Response:
        name = request.match_info["path"].rsplit("/", 1)[-1]
        if request.match_info["token"] != TOKEN or name not in self.world.files:
            return web.json_response(Refused(404, "Not Found").body(), status=404)
        return web.Response(body=self.world.files[name])

    # -- polling

    async def _get_updates(self, p: dict) -> list[dict]:
        if self.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        self._poller += 1
        self.polls += 1
        me, offset, limit = self._poller, int(p.get("offset", 0)), min(100, max(1, int(p.get("limit", 100))))
        self._confirm(offset)
        deadline = time.monotonic() + min(50, float(p.get("timeout", 0)))
        while True:
            if me != self._poller:
                raise Refused(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            waiting = self._waiting()
            if waiting or time.monotonic() >= deadline:
                return waiting[:limit]
            await asyncio.sleep(0.02)

    def _confirm(self, offset: int) -> None:
        with self.world.lock:
            if offset < 0:
                self.world.updates = self.world.updates[offset:]
            known = [i for i, update in enumerate(self.world.updates) if update["update_id"] == offset - 1]
            if known:
                self.world.updates = self.world.updates[known[-1] + 1 :]

    def _waiting(self) -> list[dict]:
        with self.world.lock:
            return list(self.world.updates)

    # -- webhook

    async def _set_webhook(self, p: dict) -> bool:
        url = p.get("url", "")
        if url and not url.startswith(("https://", "http://127.0.0.1")):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = {"url": url, "secret": p.get("secret_token")} if url else None
        if json.loads(str(p.get("drop_pending_updates", "false")).lower()):
            self.world.updates.clear()
        return True

    async def _delete_webhook(self, p: dict) -> bool:
        self.webhook = None
        return True

    async def _push(self) -> None:
        """Deliver to the webhook in order, one at a time, again and again until it answers 2xx."""
        failures = 0
        async with aiohttp.ClientSession() as http:
            while True:
                update = self.world.updates[0] if self.webhook and self.world.updates else None
                if update is None:
                    await asyncio.sleep(0.02)
                    continue
                status = await self._deliver(http, update)
                self.webhook_answers.append(status)
                if 200 <= status < 300:
                    failures = 0
                    with self.world.lock:
                        self.world.updates.pop(0)
                else:
                    failures += 1
                    await asyncio.sleep(min(60, 2 ** min(failures, 6)) * self.retry_unit)

    async def _deliver(self, http: aiohttp.ClientSession, update: dict) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret"]} if self.webhook["secret"] else {}
        try:
            async with http.post(
                self.webhook["url"], json=update, headers=headers, timeout=aiohttp.ClientTimeout(60)
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return 0


@contextlib.contextmanager
def running(**options) -> Iterator[BotApi]:
    """A server for the time of a test."""
    server = BotApi(**options).start()
    try:
        yield server
    finally:
        server.stop()
