"""Personal numbers: found in free text, encrypted, looked up by a keyed blind index, never stored in clear."""

import base64
import datetime as dt
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy.orm import Session

from core import clock
from core.config import settings
from core.models import SealedNumber

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
PLACEHOLDER = re.compile(r"‹(id_number|phone|bank_card):(\d+)›")
# A number is one or more groups of figures (138 1234 5678); the groups beside it may be no part of it (138…, 25 岁).
_RUN = re.compile(r"\+?\d(?:[ \t\-‐−·._—–]{0,2}[\dXx])*")
_GROUP = re.compile(r"\+?\d+|[Xx]")
_SHORTEST, _LONGEST = 11, 20  # characters of a number: a phone; a card with a plus before it
_SURE_FIRST = ("id_number", "phone", "bank_card")


def id_number_valid(number: str) -> bool:
    """Whether 18 characters are a mainland ID number: check character (GB 11643-1999) and a real birth date."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return CHECK[total % 11] == number[17] and birth_on(number) is not None


def birth_on(number: str) -> dt.date | None:
    """The birth date in an ID number of 18 (or an old one of 15) characters; None where it is no date."""
    digits = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _luhn(number: str) -> bool:
    digits = [int(d) for d in reversed(number)]
    return sum(digits[::2] + [d * 2 - 9 * (d > 4) for d in digits[1::2]]) % 10 == 0


def kind_of(number: str) -> str | None:
    """`id_number`, `phone` or `bank_card` of a bare run of digits; None for any other number."""
    if len(number) == 18 and id_number_valid(number):
        return "id_number"
    if len(number) == 15 and birth_on(number) and not number.startswith("0"):
        return "id_number"
    if re.fullmatch(r"1[3-9]\d{9}", number):
        return "phone"
    if 16 <= len(number) <= 19 and number.isdigit() and _luhn(number):
        return "bank_card"
    return None


def bare(number: str) -> str:
    """A number without spaces, dashes, full-width forms and what is dialled before a mobile phone (0, 86, 0086)."""
    plain = re.sub(r"[^\dXx]", "", unicodedata.normalize("NFKC", number)).upper()
    return re.sub(r"^(?:0{0,2}86|0)(?=1[3-9]\d{9}$)", "", plain)


def _derived(purpose: str) -> bytes:
    return hmac.new(settings().secret_key.encode(), purpose.encode(), hashlib.sha256).digest()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived("seal")))])


def blind_index(kind: str, number: str) -> str:
    """Keyed hash of a number, for look-up; useless without the key."""
    return hmac.new(_derived("index"), f"{kind}:{bare(number)}".encode(), hashlib.sha256).hexdigest()


def keyed_hash(purpose: str, value: str) -> str:
    """Keyed hash of any secret (code slips, session tokens)."""
    return hmac.new(_derived(purpose), value.encode(), hashlib.sha256).hexdigest()


def seal(s: Session, kind: str, number: str) -> SealedNumber:
    """The row of a number; the same number is one row. Needs a write transaction."""
    index = blind_index(kind, number)
    row = s.scalar(sa.select(SealedNumber).where(SealedNumber.kind == kind, SealedNumber.blind_index == index))
    if row is None:
        plain = bare(number)
        row = SealedNumber(
            kind=kind,
            sealed=_box().encrypt(plain.encode()).decode(),
            blind_index=index,
            tail=plain[-4:],
            made_at=clock.now(),
        )
        s.add(row)
        s.flush()
    return row


def unseal(row: SealedNumber) -> str:
    """The number in clear: to send an SMS or to show it to a caseworker with a reason; the caller audits it."""
    return _box().decrypt(row.sealed.encode()).decode()


def find(s: Session, kind: str, number: str) -> SealedNumber | None:
    """The row of a number, if it was ever sealed."""
    return s.scalar(
        sa.select(SealedNumber).where(SealedNumber.kind == kind, SealedNumber.blind_index == blind_index(kind, number))
    )


class Found(NamedTuple):
    """A personal number in a text: where it stands and what it is."""

    start: int
    end: int
    kind: str


def numbers_in(text: str) -> list[Found]:
    """The personal numbers in a text, in order, whatever other figures, letters or words stand right beside them."""
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) != len(text):  # one character for one, so that places stay places
        even = ((was, unicodedata.normalize("NFKC", was)) for was in text)
        plain = "".join(one if len(one) == 1 else was for was, one in even)
    found: list[Found] = []
    for run in _RUN.finditer(plain):
        groups = [group.span() for group in _GROUP.finditer(plain, *run.span())]
        for i, (start, _) in enumerate(groups):
            inside = found and start < found[-1].end
            one = None if inside else _first_of(plain, groups[i : i + _LONGEST])
            found += [one] if one else []
    return found


def _first_of(plain: str, groups: list[tuple[int, int]]) -> Found | None:
    """The surest number that the first group begins, alone or with the next ones."""
    (start, alone), known, told = groups[0], [], ""
    for first, end in groups:
        told += plain[first:end]
        if len(told) > _LONGEST:
            break
        number = bare(told) if len(told) >= _SHORTEST else ""
        kind = kind_of(number)
        # Fifteen figures prove little: groups are not put together for that.
        if kind is not None and (len(number) != 15 or end == alone):
            known.append(Found(start, end, kind))
    return min(known, key=lambda one: (_SURE_FIRST.index(one.kind), -one.end), default=None)


def seal_text(s: Session, text: str, *, without: Collection[str] = ()) -> tuple[str, list[SealedNumber]]:
    """Free text with every personal number replaced by `‹kind:row id›`, and the rows. Needs a write transaction.

    `without`: kinds that stay as they are (a phone that a caseworker gives to a worker).
    """
    pieces, position, rows = [], 0, []
    for one in numbers_in(text):
        if one.kind in without:
            continue
        row = seal(s, one.kind, text[one.start : one.end])
        rows.append(row)
        pieces += [text[position : one.start], f"‹{one.kind}:{row.id}›"]
        position = one.end
    return "".join(pieces) + text[position:], rows


def struck(text: str, mask: str = "****") -> str:
    """Text with its personal numbers replaced by a mask for good, where none is needed: a name, a line of a log."""
    for one in reversed(numbers_in(text)):
        text = f"{text[: one.start]}{mask}{text[one.end :]}"
    return text


def masked(text: str, mask: str = "****") -> str:
    """Text with its placeholders replaced by a mask, for people's eyes."""
    return PLACEHOLDER.sub(mask, text)
