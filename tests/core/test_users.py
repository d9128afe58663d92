import datetime as dt

import pytest

from core import clock, users
from core.errors import NotAllowed, NotFound

PASSWORD = "ten letters or more"


@pytest.fixture
def user(s):
    return users.add(s, "Lin", PASSWORD, "林一", "Lin Yi", "caseworker", "621121")


def test_it_keeps_no_password_in_clear(user):
    assert PASSWORD not in user.password_hash
    assert user.password_hash.startswith("$argon2id$")


def test_it_knows_the_right_password_from_the_wrong_one(s, user):
    assert users.begin_try(s, " LIN ") is user
    assert users.password_fits(user, PASSWORD)
    assert not users.password_fits(user, PASSWORD + "!")
    assert not users.password_fits(None, PASSWORD)


def test_it_pauses_after_five_tries_and_goes_on_after_fifteen_minutes(s, user, monkeypatch):
    assert [users.begin_try(s, "lin") is user for _ in range(6)] == [True] * 5 + [False]
    later = clock.now() + dt.timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert users.begin_try(s, "lin") is user


def test_it_forgets_wrong_tries_after_a_right_one(s, user):
    for _ in range(4):
        users.begin_try(s, "lin")
    users.clear_tries(user)
    assert [users.begin_try(s, "lin") is user for _ in range(5)] == [True] * 5


def test_it_lets_nobody_in_who_is_switched_off(s, user):
    user.active = False
    assert users.begin_try(s, "lin") is None
    assert users.get(s, user.id) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "LIN"},
        {"role": "king"},
        {"password": "short"},
        {"area_code": ""},
    ],
)
def test_it_refuses_a_log_in_that_is_taken_or_wrong(s, user, wrong):
    right = dict(login="other", password=PASSWORD, name="某", name_en="N", role="caseworker", area_code="62")
    with pytest.raises(NotAllowed):
        users.add(s, **{**right, **wrong})


def test_it_changes_a_password_and_lifts_the_pause(s, user):
    for _ in range(7):
        users.begin_try(s, "lin")
    users.change_password(s, "lin", "another long one")
    assert users.begin_try(s, "lin") is user
    assert users.password_fits(user, "another long one")
    with pytest.raises(NotFound):
        users.change_password(s, "nobody", PASSWORD)
