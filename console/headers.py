"""What every answer of the desk tells the browser: nothing foreign runs, nothing is kept, nobody frames it."""

import urllib.parse

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.config import settings

LOOPBACK = ("127.0.0.1", "localhost")


def policy() -> str:
    """The content policy; in demo mode the chat page may show the desk beside the phone."""
    framing = "'none'"
    if settings().demo:
        chat = urllib.parse.urlsplit(settings().base_url)
        hosts = {chat.hostname, *(LOOPBACK if chat.hostname in LOOPBACK else ())}
        port = f":{chat.port}" if chat.port else ""
        framing = " ".join(["'self'", *(f"{chat.scheme}://{host}{port}" for host in sorted(hosts))])
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {framing}"
    )


class Headers:
    """Adds the headers to every HTTP answer."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.fixed = {
            "Content-Security-Policy": policy(),
            "X-Content-Type-Options": "nosniff",
            # Not no-referrer: browsers would then send `Origin: null` with our own forms.
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.fixed.items():
                    headers[name] = value
                if not scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
