"""Log-ins of the desk: passwords by argon2id, and a pause after five wrong ones."""

import datetime as dt
import functools

import argon2
import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock
from core.errors import NotAllowed, NotFound
from core.models import Office, User

ROLES = ("caseworker", "county_manager", "province_manager", "admin")
TRIES = 5
PAUSE = dt.timedelta(minutes=15)
SHORTEST_PASSWORD = 10
_hasher = argon2.PasswordHasher()


def add(
    s: Session,
    login: str,
    password: str,
    name: str,
    name_en: str,
    role: str,
    area_code: str,
    office_id: int | None = None,
    phone: str | None = None,
) -> User:
    """Add a log-in; `area_code` is the beginning of the county codes that it sees ("" sees all).

    Raises NotAllowed for a login that is taken, an unknown role or a short password.
    """
    if find(s, login) is not None:
        raise NotAllowed(f"the log-in {login} is taken")
    if role not in ROLES:
        raise NotAllowed(f"{role} is none of {', '.join(ROLES)}")
    if not area_code and role not in ("admin", "province_manager"):
        raise NotAllowed(f"a {role} needs an area")
    user = User(
        login=login.strip().lower(),
        name=name,
        name_en=name_en,
        role=role,
        area_code=area_code,
        office_id=office_id,
        phone=phone,
        password_hash=_hashed(password),
    )
    s.add(user)
    s.flush()
    return user


@functools.cache
def _nobody() -> str:
    """Compared against when there is no such log-in, so that the answer takes as long as for a real one."""
    return _hasher.hash("nobody has this password")


def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise NotAllowed(f"a password has {SHORTEST_PASSWORD} characters or more")
    return _hasher.hash(password)


def find(s: Session, login: str) -> User | None:
    """The user of a log-in, whatever its capitals."""
    return s.scalar(sa.select(User).where(User.login == login.strip().lower()))


def get(s: Session, user_id: int | None) -> User | None:
    """An active user by id."""
    user = s.get(User, user_id) if user_id else None
    return user if user is not None and user.active else None


def office_of_area(s: Session, area_code: str) -> int | None:
    """The office of a county, for a user whose area is exactly that county."""
    return s.scalar(sa.select(Office.id).where(Office.county_code == area_code))


def listed(s: Session) -> list[User]:
    """All users, by area and log-in."""
    return list(s.scalars(sa.select(User).order_by(User.area_code, User.login)))


def change_password(s: Session, login: str, password: str) -> User:
    """Set a new password and lift a pause; sessions of the old password end. NotFound, NotAllowed."""
    user = find(s, login)
    if user is None:
        raise NotFound(f"log-in {login}")
    user.password_hash = _hashed(password)
    clear_tries(user)
    return user


def begin_try(s: Session, login: str) -> User | None:
    """Count a try before its password is looked at; None for nobody, and during the pause.

    Guarantee: at most `TRIES` passwords are compared in `PAUSE`, however many come at once: the try is counted in a
    transaction of its own, and comparing (slow on purpose) happens outside it.
    """
    user, now = find(s, login), clock.now()
    if user is None or not user.active:
        return None
    if user.locked_until is None or user.locked_until <= now:
        user.failed_logins, user.locked_until = 0, now + PAUSE
    user.failed_logins += 1
    return user if user.failed_logins <= TRIES else None


def password_fits(user: User | None, password: str) -> bool:
    """Whether it is this user's password; takes as long for nobody."""
    try:
        return _hasher.verify(user.password_hash if user else _nobody(), password) and user is not None
    except argon2.exceptions.VerificationError:
        return False


def clear_tries(user: User) -> None:
    """Forget the wrong tries, after a right one."""
    user.failed_logins, user.locked_until = 0, None
