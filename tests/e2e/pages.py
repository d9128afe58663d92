"""The chat page and the desk as a person handles them in a browser."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.e2e.stack import ROOT

PICTURES = ROOT / "test-results"
PATIENCE = 25_000


def picture(page: Page, name: str, **more: object) -> None:
    """A screenshot in test-results, for people to look at."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", **more)


class Phone:
    """One worker's phone: says, taps, and waits for what is answered to that."""

    def __init__(self, browser: Browser, address: str, language: str) -> None:
        locale = {"zh": "zh-CN", "en": "en-US"}[language]
        self.context = browser.new_context(
            viewport={"width": 390, "height": 844}, device_scale_factor=2, locale=locale, has_touch=True
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(address)

    @property
    def answers(self) -> Locator:
        return self.page.locator(".msg.bot, .msg.caseworker")

    def hears(self, words: str) -> Locator:
        """Waits until the newest things said by the other side hold these words."""
        found = self.page.locator(f".msg:is(.bot, .caseworker):not(.heard):has-text({words!r})").last
        found.wait_for()
        return found

    def _begin(self) -> None:
        """What was said up to now is no answer to what comes."""
        self.page.evaluate("document.querySelectorAll('.msg').forEach((each) => each.classList.add('heard'))")

    def says(self, words: str) -> "Phone":
        self._begin()
        self.page.fill("#words", words)
        self.page.click("#send")
        return self

    def taps(self, title: str) -> "Phone":
        """The newest button that begins so."""
        self._begin()
        begins = re.compile(rf"^(?:\S+ )?{re.escape(title)}")
        self.page.locator(".choices button", has_text=begins).last.click()
        return self

    def picture(self, name: str) -> None:
        picture(self.page, name)


class Desk:
    """One caseworker's screen."""

    def __init__(self, browser: Browser, address: str, login: str, password: str) -> None:
        self.page = browser.new_context(viewport={"width": 1280, "height": 850}, locale="zh-CN").new_page()
        self.page.set_default_timeout(PATIENCE)
        self.address = address
        self.page.goto(f"{address}/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(f"{address}/")

    def opens(self, path: str) -> "Desk":
        self.page.goto(self.address + path)
        return self

    def presses(self, words: str) -> "Desk":
        """The button of that name."""
        self.page.get_by_role("button", name=words).click()
        self.page.wait_for_load_state()
        return self

    def replies(self, words: str) -> "Desk":
        self.page.fill("#reply textarea", words)
        return self.presses("发送")

    def reads(self, words: str) -> Locator:
        found = self.page.get_by_text(words).last
        found.wait_for()
        return found

    def picture(self, name: str) -> None:
        picture(self.page, name)


def side_by_side(browser: Browser, name: str, left: Path, right: Path) -> None:
    """Two pictures as one, for the README."""
    page = browser.new_page(viewport={"width": 1180, "height": 640})
    style = "margin:0;display:flex;gap:18px;align-items:flex-start;background:#e9eef2;padding:18px"
    page.goto("about:blank")
    shown = "".join(f"<img style='height:604px' src='data:image/png;base64,{_base64(each)}'>" for each in (left, right))
    page.set_content(f"<body style='{style}'>{shown}</body>")
    picture(page, name)
    page.close()


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
