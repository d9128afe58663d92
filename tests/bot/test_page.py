"""The chat page as a file: small, nothing foreign, nothing inline, every word in both languages, no word of standing."""

import gzip
import re

import pytest
from starlette.testclient import TestClient

from bot.web import forms, page
from bot.web.app import make_app
from core import wording

FILES = ("chat.html", "demo_strip.html", "chat.css", "chat.js", "icon.svg")
TEXT = {name: (page.FOLDER / name).read_text(encoding="utf-8") for name in FILES}
WORDS = TEXT["chat.js"][: TEXT["chat.js"].index("const $")]


def words(language: str) -> dict[str, str]:
    block = re.search(rf"\b{language}: {{(.*?)\n    }},", WORDS, re.S)[1]
    return dict(re.findall(r'(\w+): "([^"]*)"', block))


@pytest.fixture
def browser(database):
    with TestClient(make_app()) as client:
        yield client


def test_it_weighs_less_than_60_kb_uncompressed():
    assert sum(len(text.encode()) for text in TEXT.values()) <= 60 * 1024


def test_it_weighs_less_than_20_kb_on_the_wire():
    assert sum(len(gzip.compress(text.encode())) for text in TEXT.values()) <= 20 * 1024


@pytest.mark.parametrize("name", [path.name for path in page.FOLDER.glob("*.html")])
def test_it_has_no_inline_script_or_style(name):
    text = (page.FOLDER / name).read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
    assert all('src="/static/' in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("name", FILES)
def test_it_loads_nothing_from_elsewhere(name):
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}", TEXT[name])
    assert set(addresses) <= {"http://www.w3.org"}
    assert "@import" not in TEXT[name]


def test_it_says_everything_in_both_languages():
    zh, en = words("zh"), words("en")
    assert zh.keys() == en.keys()
    assert len(zh) > 60
    html = TEXT["chat.html"] + TEXT["demo_strip.html"]
    named = set(re.findall(r'data-(?:t|label|placeholder)="(\w+)"', html)) | set(
        re.findall(r'\bt\("(\w+)"\)', TEXT["chat.js"])
    )
    assert named <= zh.keys()


def test_it_labels_every_control():
    html = TEXT["chat.html"] + TEXT["demo_strip.html"]
    buttons = re.findall(r"<button(?P<tag>[^>]*)>(?P<inside>.*?)</button>", html, re.S)
    assert all("data-t=" in tag + inside or "data-label=" in tag or 'id="language"' in tag for tag, inside in buttons)
    fields = re.findall(r'<(?:input|textarea) id="(\w+)"', html)
    assert all(f'for="{field}"' in html for field in fields)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_names_nobodys_standing(language):
    told = " ".join([*words(language).values(), *forms.WORDS[language].values()])
    assert not [fault for fault in wording.faults(told, language) if "word" in fault]


def test_it_has_a_neutral_title():
    assert "<title>消息</title>" in TEXT["chat.html"]
    assert words("en")["title"] == "Messages"


def test_it_is_served_compressed_with_a_strict_policy(browser):
    shown = browser.get("/")
    assert shown.headers["content-encoding"] == "gzip"
    policy = dict(part.split(" ", 1) for part in shown.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in str(policy)
    assert (shown.headers["x-content-type-options"], shown.headers["referrer-policy"]) == ("nosniff", "no-referrer")


def test_it_lets_a_browser_keep_its_files_until_they_change(browser):
    (address,) = re.findall(r'src="(/static/chat\.js\?v=\w+)"', browser.get("/").text)
    kept = browser.get(address)
    assert "immutable" in kept.headers["cache-control"]
    assert browser.get("/static/chat.js").headers["cache-control"] == "no-cache"
    assert browser.get(address, headers={"if-none-match": kept.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("name", ["chat.html", "nothing.js", "..%2fapp.py", "%2e%2e/app.py", ""])
def test_it_serves_no_other_file(browser, name):
    assert browser.get(f"/static/{name}").status_code == 404


def test_it_shows_the_demo_in_demo_mode_only(browser, house):
    assert 'id="demo"' in browser.get("/").text
    house(DEMO="0")
    with TestClient(make_app()) as other:
        assert "demo" not in other.get("/").text
        assert "{{" not in other.get("/").text


def test_it_shows_phone_and_desk_side_by_side(browser):
    both = browser.get("/demo", headers={"host": "127.0.0.1:8000"})
    assert 'src="http://127.0.0.1:8001/"' in both.text
    assert "frame-src 'self' http://127.0.0.1:8001" in both.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in browser.get("/").headers["content-security-policy"]
