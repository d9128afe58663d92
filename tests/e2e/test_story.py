"""The main job from beginning to end, as `make start` runs it: a worker's phone, a caseworker's desk, the demo's clock."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from core.demo.staff import PASSWORD
from tests.browser import chromium
from tests.e2e.brain import train
from tests.e2e.pages import PICTURES, Desk, Phone, side_by_side
from tests.e2e.stack import Stack

CHINA = ZoneInfo("Asia/Shanghai")


def next_tuesday() -> dt.datetime:
    """Ten in the morning of a Tuesday that is still ahead: "on Monday" is yesterday, and nobody sleeps."""
    now = dt.datetime.now(CHINA)
    return (now + dt.timedelta(days=(1 - now.weekday()) % 7 or 7)).replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Stack]:
    train()
    stack = Stack(tmp_path_factory.mktemp("story")).start()
    try:
        stack.ready()
        stack.command("clock", "set", next_tuesday().isoformat())
        yield stack
    finally:
        stack.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def test_the_whole_job_in_chinese(house, browser):
    phone = Phone(browser, house.chat, "zh")
    phone.hears("通渭县劳务办").get_by_role("button", name="找活").wait_for()

    # openings before any record; home is asked beside them
    phone.says("我腰不好，想在家附近找点活干").hears("报第1个")
    phone.page.wait_for_timeout(400)
    phone.picture("phone-zh")
    phone.says("通渭县平襄镇").hears("就在平襄镇")

    # apply, the record on the way, one yes at a time
    phone.taps("报第1个").hears("行吗")
    phone.taps("行").hears("名字")
    phone.says("王小禾").hears("多大")
    phone.says("有招聘会吗").hears("多大")
    phone.says("45岁").hears("手机号")
    phone.taps("跳过").hears("隔阵子问问你")
    phone.taps("行").hears("厂")
    phone.taps("行").hears("对吗")
    phone.taps("对，存上").hears("报上了")

    # begun, and asked on the right day
    phone.says("我周一上班了").hears("在哪家干")
    phone.taps("通渭平襄").hears("好事")
    phone.says("2200").hears("我问你一声")
    house.command("clock", "advance", "3d")
    phone.hears("有空回个话")
    phone.says("工钱还没发").hears("联系你")
    phone.hears("多久")

    # a person takes over in the same chat and hands it back
    desk = Desk(browser, house.desk, "helper", PASSWORD)
    desk.picture("desk")
    desk.opens("/cases?kind=wage&mine=1").page.get_by_text("王小禾").first.click()
    desk.presses("我来接")
    phone.hears("赵春晓")
    desk.replies("小禾你好，我是赵春晓。厂里说好哪天发？")
    phone.hears("厂里说好哪天发")
    phone.says("说是20号，没见着")
    desk.reads("说是20号，没见着")
    phone.page.wait_for_timeout(500)
    phone.picture("takeover-phone")
    desk.picture("takeover-desk")
    side_by_side(browser, "takeover", PICTURES / "takeover-phone.png", PICTURES / "takeover-desk.png")
    expect(phone.page.locator(".msg.bot:not(.heard)")).to_have_count(0)
    desk.presses("交回机器人")
    phone.hears("小助手")
    phone.says("还有别的活吗").hears("报第")


def test_the_whole_job_in_english(house, browser):
    phone = Phone(browser, house.chat, "en")
    phone.hears("Tongwei County Labour Office")
    phone.says("My hours have been cut at the factory").hears("paid in full")
    phone.page.wait_for_timeout(400)
    phone.picture("phone-en")
    phone.says("I need work near home, my back is bad").hears("Apply 1")
    phone.says("Pingxiang town, Tongwei").hears("Apply 1")
    phone.taps("Apply 1").hears("Is that all right")
    phone.taps("Yes").hears("What name")
    phone.says("Wang Xiaohe").hears("How old")
    phone.says("how much is the travel allowance?").hears("12333")
    phone.says("45").hears("phone number")
    phone.taps("Skip").hears("how it goes")
    phone.taps("Yes").hears("employer")
    phone.taps("Yes").hears("right?")
    phone.taps("Right, save it").hears("Zhao Chunxiao")
    phone.says("I started on Monday").hears("Who do you work for")
    phone.taps("通渭平襄").hears("Good news")
    phone.says("2200 a month").hears("I will ask how it goes")
    house.command("clock", "advance", "4d")
    phone.hears("Reply when you have a minute")
    phone.says("my wages have not come").hears("gets in touch")
    desk = Desk(browser, house.desk, "helper", PASSWORD).opens("/cases?kind=wage&mine=1")
    desk.page.get_by_text("Wang Xiaohe").first.click()
    desk.presses("我来接")
    phone.hears("Zhao Chunxiao")
    desk.replies("Hello, which day was pay day?")
    phone.hears("which day was pay day")
    desk.presses("交回机器人")
    phone.hears("assistant")
