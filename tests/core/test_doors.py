import re

import pytest

from core import doors
from core.policies import load
from tests.core.rooms import contact, office
from tests.core.turns import Turn


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("养老金咋领", "pension"),
        ("新农合怎么报销", "medical_insurance"),
        ("娃上小学怎么报名", "school"),
        ("低保怎么申请", "low_allowance"),
        ("宅基地的事归谁管", "land_or_house"),
        ("網貸還不上了", "debt_or_fraud"),
        ("被网上投资骗了五万", "debt_or_fraud"),
        ("我是老板，想招两个工人", "employer_writes"),
        ("我是村干部，想查一下我们村的名单", "caseworker_writes"),
        ("今天天气咋样", "other"),
        ("how do I get my pension", "pension"),
        ("my neighbour took my land", "land_or_house"),
        ("we need ten workers, how do we post a job", "employer_writes"),
        ("tell me a joke", "other"),
    ],
)
def test_it_finds_the_door(words, kind):
    assert doors.kind_of(words) == kind


def test_every_door_has_an_office_or_a_number_that_may_be_given(s):
    chat = contact(s, office=office(s))
    for kind in doors.SAYS:
        for language in ("zh", "en"):
            text = doors.answer(s, chat, kind, language).text
            numbers = set(re.findall(r"(?<![\d-])1\d{2,4}(?!\d)|0930-\d+|9\d{4}", text))
            assert numbers, kind
            assert numbers <= {*load("wording")["numbers"], "0930-0000000"}, kind


def test_a_button_names_its_door(s):
    (bubble,) = doors.out_of_scope(s, contact(s), Turn("随便", kind="school"))
    assert "雨露计划" in bubble.text
