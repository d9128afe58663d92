"""The web chat as its own process would serve it, with a bot that answers by a few fixed rules instead of Rasa."""

import contextlib
import threading
import time
from collections.abc import Iterator

import sqlalchemy as sa
import uvicorn

from bot.web.app import make_app
from core import clock, db, outbox
from core.models import Contact, InboundMessage

MENU = {
    "zh": (
        "你好！我是通渭县劳务办的助手。\n有事找马建国，电话 0932-5550101。\n你想先弄哪样？",
        ["💼 找活干", "💰 钱和补贴", "🆘 遇到难处", "🙋 找真人"],
    ),
    "en": (
        "Hello! I am the helper of the Tongwei labour office.\nYou can call Ma Jianguo: 0932-5550101.\nWhat is it about?",
        ["💼 Work", "💰 Money", "🆘 Trouble", "🙋 A person"],
    ),
}
CARDS = {
    "zh": [
        "🧵 缝纫工 · 杏花示范车间\n📍 通渭县平襄镇，离家近\n💰 每月 2200-2800 元，还招 6 人\n👍 为啥推荐：不用搬重东西，下午能接娃",
        "🍳 食堂帮厨 · 示范中学\n📍 通渭县城\n💰 每月 2400 元，还招 2 人\n👍 为啥推荐：离家近，管两顿饭",
    ],
    "en": [
        "🧵 Sewing · Apricot demo workshop\n📍 Pingxiang, near home\n💰 2,200-2,800 yuan a month, 6 places left\n👍 Why: no heavy lifting",
        "🍳 Kitchen help · Demo school\n📍 Tongwei town\n💰 2,400 yuan a month, 2 places left\n👍 Why: near home, two meals",
    ],
}
MORE = {
    "zh": ("还想看别的吗？", ["再看几个", "要工资高点的", "先不看了"]),
    "en": ("See more?", ["More", "Better pay", "Not now"]),
}
APPLY = {"zh": ["报这个", "问细一点"], "en": ["Apply", "Details"]}
PHONE = {"zh": "厂里怎么找到你？留个手机号。", "en": "How can they reach you? A phone number helps."}


class FakeBot(threading.Thread):
    """Answers what is new in the inbox until told to stop; `asleep` while Rasa would be waking up."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stopping, self.asleep = threading.Event(), threading.Event()
        self.delay = 0.0

    def run(self) -> None:
        while not self.stopping.wait(0.03):
            if not self.asleep.is_set():
                self._answer_all()

    def _answer_all(self) -> None:
        with db.reading() as s:
            new = sa.select(InboundMessage.id).where(InboundMessage.state == "new").order_by(InboundMessage.id)
            waiting = list(s.scalars(new))
        for key in waiting:
            time.sleep(self.delay)
            with db.writing() as s:
                message = s.get(InboundMessage, key)
                contact = s.get(Contact, message.contact_id)
                for n, (text, titles, ask_for) in enumerate(replies(message, contact.language)):
                    buttons = [{"title": title, "payload": "/affirm"} for title in titles]
                    outbox.put(s, contact, dedupe=f"{key}:{n}", text=text, buttons=buttons, ask_for=ask_for)
                message.state, message.done_at = "done", clock.now()


def replies(message: InboundMessage, language: str) -> list[tuple[str, list[str], str | None]]:
    """(text, buttons, ask_for) of each bubble."""
    if message.kind == "start":
        return [(*MENU[language], None)]
    if any(word in message.text for word in ("活", "work", "Work")):
        cards = [(card, APPLY[language], None) for card in CARDS[language]]
        return [*cards, (*MORE[language], None)]
    if any(word in message.text for word in ("报", "Apply")):
        return [(PHONE[language], [], "phone")]
    heard = {"zh": "收到：", "en": "Got it: "}[language]
    return [(heard + (message.text or message.kind), [], None)]


class Server(uvicorn.Server):
    """uvicorn in a thread, on a port of its own choice."""

    def install_signal_handlers(self) -> None:
        pass

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    @property
    def port(self) -> int:
        return self.servers[0].sockets[0].getsockname()[1]


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The address of a running web chat over this test's database."""
    config = uvicorn.Config(
        make_app(), host="127.0.0.1", port=0, ws="none", log_config=None, timeout_graceful_shutdown=1
    )
    server = Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the web chat did not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.config.app.state.leaving.set()
        server.should_exit = True
        thread.join(10)


@contextlib.contextmanager
def answering() -> Iterator[FakeBot]:
    """A bot that answers while the block runs."""
    bot = FakeBot()
    bot.start()
    try:
        yield bot
    finally:
        bot.stopping.set()
        bot.join(10)
