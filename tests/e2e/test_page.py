"""The chat page in Chromium against the running web chat: what a worker with a small phone and a bad network sees."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from core import db, outbox, registration
from core.models import Contact, InboundMessage, Media, State, Worker
from tests.browser import chromium
from tests.core import rooms
from tests.e2e.webchat import answering, served

SHOTS = Path(__file__).resolve().parents[2] / "test-results"
PHONE, SMALL, WIDE = {"width": 390, "height": 844}, {"width": 320, "height": 568}, {"width": 1280, "height": 800}
PROFILES = ("woman", "welder", "school_leaver")


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def chat(database):
    """The address of the web chat; three invented people are on record."""
    with db.writing() as s:
        office = rooms.office(s)
        helper = rooms.user(s, "helper", office_id=office.id)
        for profile in PROFILES:
            rooms.worker(s, "甲一", helper, external_id=f"demo-{profile}")
    with served() as address:
        yield address


@pytest.fixture
def bot(chat):
    with answering() as found:
        yield found


@pytest.fixture
def open_page(browser, chat):
    """Open the chat in a phone of its own; no page may write an error to the console."""
    contexts, errors = [], []

    def opened(size=PHONE, locale="zh-CN", path="/", **more) -> Page:
        context = browser.new_context(viewport=size, locale=locale, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.goto(chat + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [error for error in errors if "Failed to load resource" not in error] == []


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"page-{name}.png")


def stored(*kinds: str) -> list[InboundMessage]:
    with db.reading() as s:
        query = sa.select(InboundMessage).where(InboundMessage.kind.in_(kinds or ("text", "button")))
        found = s.scalars(query.order_by(InboundMessage.id)).all()
        s.expunge_all()
        return found


def mine(page: Page):
    return page.locator(".msg.worker .bubble")


def say(page: Page, text: str) -> None:
    page.fill("#words", text)
    page.click("#send")


def contact() -> Contact:
    with db.reading() as s:
        found = s.scalars(sa.select(Contact).order_by(Contact.id.desc())).first()
        s.expunge_all()
        return found


def fits(page: Page) -> None:
    """Nothing is wider than the phone, and whatever can be tapped is as big as a thumb."""
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('#log').scrollWidth") <= width
    small = page.evaluate(
        """[...document.querySelectorAll('button, a.button, input:not([type=radio]), textarea')]
        .filter((e) => e.offsetParent).map((e) => [e.id || e.textContent, e.offsetWidth, e.offsetHeight])
        .filter(([, w, h]) => w < 44 || h < 44)"""
    )
    assert small == []


def named(page: Page) -> None:
    """Every control has a name for a screen reader."""
    nameless = page.evaluate(
        """[...document.querySelectorAll('button')].filter((e) => e.offsetParent)
        .filter((e) => !(e.getAttribute('aria-label') || e.textContent).trim()).map((e) => e.outerHTML)"""
    )
    assert nameless == []


# -- a conversation --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "size", "locale", "scheme", "words"),
    [
        ("zh", PHONE, "zh-CN", "light", ("我腰不好，想在家附近找点活干", "报这个", "留个手机号")),
        ("en-dark", PHONE, "en-GB", "dark", ("any work near home?", "Apply", "phone number")),
        ("small", SMALL, "zh-CN", "light", ("想找活", "报这个", "留个手机号")),
        ("wide", WIDE, "en-GB", "light", ("any work near home?", "Apply", "phone number")),
    ],
)
def test_it_holds_a_conversation(open_page, bot, name, size, locale, scheme, words):
    page = open_page(size, locale, color_scheme=scheme)
    expect(page.locator(".now .choices button")).to_have_count(4)
    assert page.title() == {"zh-CN": "消息", "en-GB": "Messages"}[locale]
    fits(page), named(page), shot(page, f"{name}-1-hello")
    say(page, words[0])
    expect(page.locator(".now .choices button")).to_have_count(3)
    expect(mine(page).last).to_contain_text(words[0])
    fits(page), named(page), shot(page, f"{name}-2-cards")
    page.locator(".choices button", has_text=words[1]).first.click()
    expect(page.locator(".msg.bot .bubble").last).to_contain_text(words[2])
    expect(page.locator(".ask")).to_be_visible()
    fits(page), named(page), shot(page, f"{name}-3-phone")
    page.click("#plus")
    fits(page), named(page), shot(page, f"{name}-4-attach")
    page.click("#menu")
    expect(page.locator("#attach")).to_be_hidden()
    fits(page), named(page), shot(page, f"{name}-5-menu")


def test_it_shows_long_words_on_a_small_phone(open_page, bot):
    page = open_page(SMALL)
    say(page, "长" * 300 + "x" * 300)
    expect(page.locator(".msg.bot .bubble").last).to_contain_text("收到：长")
    fits(page)


def test_it_shows_who_speaks(open_page, bot):
    page = open_page()
    expect(page.locator(".msg.bot")).to_have_count(1)
    with db.writing() as s:
        me = s.get(Contact, contact().id)
        outbox.put(
            s, me, dedupe="c", text="我是马建国。明天上午打 0932-5550101。", sender="caseworker", kind="caseworker"
        )
    person = page.locator(".msg.caseworker")
    expect(person).to_contain_text("工作人员")
    expect(person.locator("a")).to_have_attribute("href", "tel:0932-5550101")
    shot(page, "caseworker")


def test_it_calls_a_number_and_leaves_pay_alone(open_page, bot):
    page = open_page()
    expect(page.locator(".msg.bot")).to_have_count(1)
    with db.writing() as s:
        me = s.get(Contact, contact().id)
        outbox.put(s, me, dedupe="c", text="先打110。工资3000-5000，一天120元，补贴12333元？看 https://a.test/id/1-x。")
    links = page.locator(".msg.bot").last.locator("a")
    expect(links).to_have_count(3)
    assert [link.get_attribute("href") for link in links.all()] == ["tel:110", "tel:12333", "https://a.test/id/1-x"]


# -- a bad network ---------------------------------------------------------------------------------------------------


def test_it_keeps_what_is_written_without_a_network_and_sends_it_once(open_page, bot):
    page = open_page(SMALL)
    expect(page.locator(".msg.bot")).to_have_count(1)
    page.context.set_offline(True)
    expect(page.locator("#banner")).to_contain_text("没有网")
    for text in ("一", "二", "三"):
        say(page, text)
    expect(page.locator(".mark", has_text="正在发")).to_have_count(3)
    shot(page, "offline")
    assert stored() == []
    page.context.set_offline(False)
    expect(page.locator(".msg.worker.server")).to_have_count(3)
    expect(page.locator(".mark", has_text="正在发")).to_have_count(0)
    expect(page.locator("#banner")).to_be_hidden()
    assert [row.text for row in stored()] == ["一", "二", "三"]
    assert [text.replace("我: ", "") for text in mine(page).all_text_contents()] == ["一", "二", "三"]


def test_it_sends_again_what_was_stored_but_not_confirmed(open_page, bot):
    page = open_page()
    expect(page.locator(".msg.bot")).to_have_count(1)
    lost = []

    def lose_the_first_answers(route):
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.fallback()

    page.route("**/api/messages*", lose_the_first_answers)
    say(page, "只此一句")
    expect(page.locator(".mark", has_text="正在发")).to_have_count(0)
    assert lost[0] == 202
    assert [row.text for row in stored()] == ["只此一句"]
    expect(mine(page)).to_have_count(1)


def test_it_sends_what_a_reload_interrupted(open_page, bot):
    page = open_page()
    expect(page.locator(".msg.bot")).to_have_count(1)
    page.route("**/api/messages", lambda route: route.abort())
    say(page, "还没发出去")
    expect(page.locator(".mark", has_text="正在发")).to_have_count(1)
    page.unroute("**/api/messages")
    page.reload()
    expect(page.locator(".msg.worker.server")).to_have_count(1)
    assert [row.text for row in stored()] == ["还没发出去"]
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('q.')).length") == 0


def test_it_says_what_cannot_be_sent_and_lets_one_drop_it(open_page, bot):
    page = open_page()
    expect(page.locator(".msg.bot")).to_have_count(1)
    page.route("**/api/messages", lambda route: route.fulfill(status=400, json={"error": "text", "reason": "x"}))
    say(page, "不行的话")
    expect(page.locator(".msg.failed .mark")).to_contain_text("没发出去")
    fits(page), shot(page, "failed")
    page.unroute("**/api/messages")
    page.get_by_role("button", name="再发一次").click()
    expect(page.locator(".msg.worker.server")).to_have_count(1)
    expect(page.locator(".failed")).to_have_count(0)


def test_it_waits_as_long_as_it_is_told(open_page, bot):
    page = open_page()
    expect(page.locator(".msg.bot")).to_have_count(1)
    answers = iter([{"status": 429, "headers": {"Retry-After": "1"}, "json": {"error": "too_many", "reason": ""}}])

    def once(route):
        refusal = next(answers, None)
        route.fulfill(**refusal) if refusal else route.fallback()

    page.route("**/api/messages", once)
    say(page, "慢慢来")
    expect(page.locator(".msg.worker.server")).to_have_count(1)


def test_it_shows_nothing_twice_to_two_pages_of_one_phone(open_page, bot):
    page = open_page()
    expect(page.locator(".msg.bot")).to_have_count(1)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".msg.bot")).to_have_count(1)
    say(page, "你好呀")
    for each in (page, other):
        expect(each.locator(".msg.bot")).to_have_count(2)
        expect(mine(each)).to_have_count(1)
    assert len(stored()) == 1


def test_it_says_that_it_is_waking_up_and_keeps_the_words(open_page, bot):
    bot.asleep.set()
    page = open_page(SMALL)
    say(page, "有人吗")
    expect(page.locator("#banner")).to_contain_text("正在醒来", timeout=15_000)
    expect(page.locator(".mark", has_text="已发")).to_have_count(1)
    fits(page), shot(page, "waking")
    bot.asleep.clear()
    expect(page.locator(".msg.bot")).to_have_count(2)
    expect(page.locator("#banner")).to_be_hidden()


# -- without a mouse, without sight ----------------------------------------------------------------------------------


def test_it_is_used_by_keyboard_alone(open_page, bot):
    page = open_page()
    expect(page.locator(".now .choices button")).to_have_count(4)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.type("想找活")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("离家近的")
    page.keyboard.press("Enter")
    expect(page.locator(".now .choices button")).to_have_count(3)
    assert stored()[0].text == "想找活\n离家近的"
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent") == "先不看了":
            break
    shot(page, "keyboard")
    page.keyboard.press("Enter")
    expect(page.locator(".msg.worker.server")).to_have_count(2)
    assert stored()[-1].kind == "button"
    page.locator("#menu").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#more")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#more")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "menu"


def test_it_tells_a_screen_reader_what_is_new(open_page, bot):
    page = open_page()
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-busy", "false")
    expect(log).to_have_attribute("aria-label", "聊天记录")
    expect(log.locator(".bubble").first).to_contain_text("助手")
    expect(page.get_by_role("textbox", name="写消息")).to_be_visible()
    page.evaluate(
        """window.seen = []; new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((node) =>
        node.classList && window.seen.push(node.className)))).observe(document.querySelector('#log'), {childList: true})"""
    )
    say(page, "你好呀")
    expect(page.locator(".msg.bot")).to_have_count(2)
    assert [name.split()[1] for name in page.evaluate("window.seen")] == ["worker", "bot"], "each is announced once"


def test_it_reads_a_message_aloud_in_its_language(open_page, bot):
    page = open_page()
    page.evaluate("() => { speechSynthesis.speak = (said) => { window.said = [said.lang, said.text]; }; }")
    page.locator(".listen").first.click()
    lang, text = page.evaluate("window.said")
    assert lang == "zh-CN"
    assert "马建国" in text
    assert "找真人" in text, "the buttons are read too"
    expect(page.locator(".listen").first).to_have_attribute("aria-label", "不读了")
    page.locator(".listen").first.click()
    expect(page.locator(".listen").first).to_have_attribute("aria-label", "读出来")


def test_it_stands_still_for_who_wants_no_motion(open_page, bot):
    page = open_page(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('#typing i')).animationName") == "none"


# -- language, numbers, files, codes ---------------------------------------------------------------------------------


def test_it_changes_the_language_of_page_and_bot(open_page, bot):
    page = open_page()
    expect(page.locator(".msg.bot")).to_have_count(1)
    page.get_by_role("button", name="English").click()
    expect(page).to_have_title("Messages")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".msg.bot")).to_have_count(1)
    say(page, "any work?")
    expect(page.locator(".now .choices button").last).to_have_text("Not now")
    assert contact().language == "en"
    page.reload()
    expect(page).to_have_title("Messages")


def test_it_asks_for_a_phone_number_in_a_form(open_page, bot):
    page = open_page(SMALL)
    say(page, "报")
    form = page.locator(".ask")
    form.get_by_label("手机号").fill("142")
    form.get_by_role("button", name="发号码").click()
    expect(form.get_by_role("alert")).to_contain_text("11 个数字")
    form.get_by_label("手机号").fill("+86 138-0000-0000")
    form.get_by_label("家里人的").check()
    form.get_by_role("button", name="发号码").click()
    expect(mine(page).last).to_contain_text("我的手机号")
    expect(page.locator(".msg.worker.server")).to_have_count(2)
    (card,) = stored("contact")
    assert card.payload["own"] is False
    assert "phone" not in card.payload


def test_it_sends_the_place_when_allowed(open_page, bot):
    page = open_page(geolocation={"latitude": 35.21, "longitude": 105.24}, permissions=["geolocation"])
    page.click("#plus")
    page.get_by_role("button", name="我的位置").click()
    expect(mine(page).last).to_contain_text("我的位置")
    expect(page.locator(".msg.worker.server")).to_have_count(1)
    assert stored("location")[0].payload == {"latitude": 35.21, "longitude": 105.24}


def test_it_says_so_when_the_place_cannot_be_had(open_page, bot):
    page = open_page(SMALL)
    page.click("#plus")
    page.get_by_role("button", name="我的位置").click()
    expect(page.locator("#attach").get_by_role("alert")).to_contain_text("把地名写下来")


def test_it_sends_a_photo_made_smaller(open_page, bot):
    page = open_page()
    big = page.evaluate(
        """async () => { const c = document.createElement('canvas'); c.width = 3000; c.height = 2000;
        const d = c.getContext('2d'); d.fillStyle = '#2a7'; d.fillRect(0, 0, 3000, 2000);
        const b = await new Promise((r) => c.toBlob(r, 'image/png')); return [...new Uint8Array(await b.arrayBuffer())]; }"""
    )
    page.click("#plus")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="照片", exact=True).click()
    chooser.value.set_files({"name": "card.png", "mimeType": "image/png", "buffer": bytes(big)})
    expect(page.locator(".msg.worker.server")).to_have_count(1)
    expect(page.locator(".msg.worker img")).to_be_visible()
    shot(page, "photo")
    with db.reading() as s:
        assert s.scalar(sa.select(Media.content_type)) == "image/jpeg"
    page.reload()
    page.get_by_role("button", name="点开看照片").click()
    expect(page.locator(".msg.worker img")).to_be_visible()
    assert page.evaluate("document.querySelector('.msg.worker img').naturalWidth") == 1600


def test_it_takes_the_code_of_a_slip(open_page, bot):
    with db.writing() as s:
        code = registration.make_slip(s, s.get(Worker, 1), None)
    page = open_page(SMALL)
    expect(page.locator(".msg.bot")).to_have_count(1)
    page.click("#menu")
    page.get_by_label(re.compile("纸条上的码")).fill("123")
    page.get_by_role("button", name="用这个码").click()
    expect(page.locator("#code_said")).to_have_text("码是 6 个数字。")
    page.get_by_label(re.compile("纸条上的码")).fill("000 000")
    page.get_by_role("button", name="用这个码").click()
    expect(page.locator("#code_said")).not_to_be_empty()
    fits(page), shot(page, "code")
    page.get_by_label(re.compile("纸条上的码")).fill(code)
    page.get_by_role("button", name="用这个码").click()
    expect(page.locator("#more")).to_be_hidden()
    expect(page.locator(".msg.bot")).to_have_count(2)
    assert contact().worker_id == 1


def test_it_leaves_nothing_on_a_phone_that_is_signed_out(open_page, bot):
    page = open_page(SMALL)
    say(page, "我的事")
    expect(page.locator(".msg.worker.server")).to_have_count(1)
    page.click("#menu")
    page.get_by_role("button", name="在这台手机上退出").click()
    page.get_by_role("button", name="退出", exact=True).click()
    expect(page.get_by_text("已退出")).to_be_visible()
    shot(page, "left")
    assert page.evaluate("localStorage.getItem('messages.session')") is None
    assert "我的事" not in page.content()
    page.get_by_role("button", name="重新开始").click()
    expect(page.locator(".msg.bot")).to_have_count(1)
    expect(mine(page)).to_have_count(0)


def test_it_begins_anew_when_its_session_has_ended(open_page, bot):
    page = open_page()
    expect(page.locator(".msg.bot")).to_have_count(1)
    page.evaluate("localStorage.setItem('messages.session', 'gone')")
    page.reload()
    expect(page.locator(".msg.bot")).to_have_count(1)
    expect(page.locator("#state")).to_have_text("在线")


# -- the demo --------------------------------------------------------------------------------------------------------


def test_it_lets_one_be_an_invented_person_and_moves_the_clock(open_page, bot):
    page = open_page(SMALL)
    say(page, "我是谁")
    expect(page.locator(".msg.worker.server")).to_have_count(1)
    page.get_by_role("button", name="换个人").click()
    fits(page), shot(page, "people")
    page.get_by_role("button", name=re.compile("李向南")).click()
    expect(page.locator(".msg.bot")).to_have_count(1)
    expect(mine(page)).to_have_count(0)
    assert contact().worker_id == 2
    page.get_by_role("button", name="+3 天").click()
    expect(page.locator("#banner")).to_contain_text("演示时间")
    with db.reading() as s:
        assert float(s.get(State, "clock_offset_seconds").value) == 3 * 86400


def test_it_shows_phone_and_desk_side_by_side(open_page, bot):
    page = open_page(WIDE, path="/demo")
    phone = page.frame_locator(".phone iframe")
    expect(phone.locator(".msg.bot")).to_have_count(1)
    expect(phone.locator("#desk")).to_be_hidden()
    shot(page, "demo")


def test_it_has_no_demo_in_earnest(browser, database, house):
    house(DEMO="0")
    with served() as address:
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("#state")).to_have_text(re.compile("在线|Online"))
        expect(page.locator(".demo")).to_have_count(0)
        page.close()
