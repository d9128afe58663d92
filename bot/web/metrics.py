"""`GET /metrics`: figures for Prometheus; counts only, nothing of a person."""

import asyncio
import time
from collections.abc import Iterator

import prometheus_client as prometheus
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web import health
from core import db
from core.models import InboundMessage, OutboundMessage


class Figures(Collector):
    """The queues and the processes, read when they are asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with db.reading() as s:
            yield from _queues(s)
            ages = GaugeMetricFamily(
                "wengang_heartbeat_age_seconds", "since a process was last alive", labels=["process"]
            )
            for process, age in health.ages(s).items():
                ages.add_metric([process], age)
            yield ages

    def describe(self) -> list:
        return []


def _queues(s: Session) -> Iterator[GaugeMetricFamily]:
    for name, table in (("inbound", InboundMessage), ("outbound", OutboundMessage)):
        rows = GaugeMetricFamily(f"wengang_{name}_messages", f"{name} messages by state", labels=["state"])
        for state, number in health.count(s, table).items():
            rows.add_metric([state], number)
        yield rows
    yield GaugeMetricFamily("wengang_oldest_waiting_seconds", "age of the oldest unanswered message", health.oldest(s))


class Meter:
    """Counts and times every request by route and status; it is the middleware's and the page's."""

    def __init__(self) -> None:
        self.registry = prometheus.CollectorRegistry()
        self.registry.register(Figures())
        self.requests = prometheus.Counter(
            "wengang_web_requests", "requests answered", ["route", "status"], registry=self.registry
        )
        self.seconds = prometheus.Histogram(
            "wengang_web_request_seconds", "time to an answer", ["route"], registry=self.registry
        )

    def middleware(self, app: ASGIApp) -> ASGIApp:
        async def metered(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return await app(scope, receive, send)
            began, status = time.monotonic(), "500"

            async def noted(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = str(message["status"])
                await send(message)

            try:
                await app(scope, receive, noted)
            finally:
                route = scope.get("route")
                name = getattr(route, "path", "none")
                self.requests.labels(name, status).inc()
                self.seconds.labels(name).observe(time.monotonic() - began)

        return metered


async def metrics(request: Request) -> Response:
    """The text form of the figures."""
    meter: Meter = request.app.state.meter
    return Response(
        await asyncio.to_thread(prometheus.generate_latest, meter.registry), media_type=prometheus.CONTENT_TYPE_LATEST
    )
