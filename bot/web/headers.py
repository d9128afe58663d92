"""What every answer tells the browser: only our own files run, nobody frames the page, nothing leaks by an address."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.config import settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {framing}"
)


def policy() -> str:
    """The content policy; in demo mode our own page may show the chat beside the desk."""
    return POLICY.format(framing="'self'" if settings().demo else "'none'")


class Headers:
    """Adds the headers that a page has not set itself."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.fixed = {
            "Content-Security-Policy": policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": "geolocation=(self), microphone=(self), camera=(self)",
            "Cache-Control": "no-store",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.fixed.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
