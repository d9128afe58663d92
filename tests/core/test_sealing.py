"""Personal numbers in free text: found however they are written and whatever stands beside them."""

import pytest

from core import logs, sealing

PHONE = "14200000001"


def whole(seventeen: str) -> str:
    """An ID number that nobody has: born in 1900, with its check character."""
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, sealing.WEIGHTS, strict=True))
    return seventeen + sealing.CHECK[total % 11]


def kinds(text: str) -> list[str]:
    return [one.kind for one in sealing.numbers_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"电话{PHONE} 25岁",
        f"25 {PHONE}",
        f"{PHONE} 3000块",
        f"{PHONE}.5000",
        "142 0000 0001 3000",
        "142-0000-0001-25",
        f"tel{PHONE}",
        f"wx{PHONE}abc",
        f"{PHONE}x",
        f"+86 {PHONE}",
        f"0086{PHONE}",
        f"086{PHONE}",
        f"0{PHONE}",
        "１４２００００００01…",
        "142_0000_0001",
    ],
)
def test_it_finds_a_phone_whatever_stands_beside_it(text):
    (found,) = sealing.numbers_in(text)
    assert found.kind == "phone"
    assert sealing.bare(text[found.start : found.end]) == PHONE


def test_it_finds_two_numbers_in_one_run():
    assert kinds(f"{PHONE} 14200000002") == ["phone", "phone"]
    number = whole("62112119000101001")
    assert kinds(f"{number} {PHONE}") == ["id_number", "phone"]
    assert kinds(f"{PHONE}-{number}") == ["phone", "id_number"]


def test_it_finds_an_id_number_in_groups_and_with_a_letter():
    seventeen = next(f"6211211900010100{n}" for n in range(10) if whole(f"6211211900010100{n}")[-1] == "X")
    number = whole(seventeen)
    assert kinds(f"{number[:6]} {number[6:14]} {number[14:].lower()}。") == ["id_number"]


@pytest.mark.parametrize(
    "text", ["2026-11-25 08:00", "一天 200-300，管吃住", "0930-0000000", "12333", "3000", "", "xX"]
)
def test_it_leaves_other_numbers_alone(text):
    assert kinds(text) == []


def test_it_seals_what_it_finds_and_nothing_else(s):
    text, rows = sealing.seal_text(s, f"打{PHONE} 25岁")
    assert text == f"打‹phone:{rows[0].id}› 25岁"
    assert sealing.unseal(rows[0]) == PHONE


def test_it_is_quick_with_a_page_of_figures():
    assert kinds("1 " * 2000) == []


def test_logs_hold_no_row_of_the_database():
    told = "NotNullViolation\nDETAIL:  Failing row contains (7, 我被打了,\n\n第二段).\n\n[SQL: INSERT INTO x]"
    assert logs.redacted(told) == "NotNullViolation\nDETAIL: ‹row›\n\n[SQL: INSERT INTO x]"


def test_logs_hold_none_of_them():
    token = "123456789:" + "A" * 35
    assert logs.redacted(f"a {PHONE} 25 b{PHONE} {token}") == "a ‹number› 25 b‹number› ‹token›"
