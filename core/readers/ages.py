"""Ages and years of birth, as people tell them."""

import datetime as dt
import re

from core.readers import numbers

_YOUNGEST, _OLDEST = 5, 100
_NUMBER = r"(\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?)"
_AGE = re.compile(
    rf"{_NUMBER}\s?(?:周?岁|了$)|(?:今年|年龄|虚岁|都|快满|刚满|满)\s?(?:是|有)?\s?{_NUMBER}(?!\d|年|个|月|号|块|千|百)"
    rf"|(?<![给欠发找差还])(?:我|俺|老汉儿?|老头|本人|老婆子)(?:今年|都|已经|才|刚|[,，])?\s?{_NUMBER}了?(?=$|[,，。.!！?？ ])"
    r"|\b(?:i'?m|i am|age|aged|he'?s|she'?s|is)\s(?:now |just )?(\d{1,3})\b(?! ?(?:k|yuan|%|km|minutes|hours))|\b(\d{1,3}) ?(?:years? old|yrs? old|y/?o)\b"
)
_VAGUE = re.compile(rf"{_NUMBER}\s?(?:多|出头|来岁|左右|几)|快\s?{_NUMBER}\s?(?:岁|了)|奔[四五六七]")
_BORN = re.compile(r"(?<!\d)((?:19|20)\d\d|\d\d)\s?年?\s?(?:出?生|的$|的人|年的)|born (?:in )?((?:19|20)\d\d)")
_NOMINAL = re.compile("虚岁|虚")


def _plausible(age: int | None) -> int | None:
    return age if age is not None and _YOUNGEST <= age <= _OLDEST else None


def born_in(text: str, today: dt.date) -> int | None:
    """The year of birth told (83年的, born in 1983); a two-figure year is the nearest that has passed."""
    match = _BORN.search(numbers.plain(text))
    if not match:
        return None
    year = int(next(g for g in match.groups() if g))
    if year < 100:
        year += 2000 if year + 2000 <= today.year - _YOUNGEST else 1900
    return year if _plausible(today.year - year) else None


def read(text: str, today: dt.date | None = None) -> int | None:
    """The age in whole years, None when it is not told or only roughly (五十多); with `today` also from a year of birth."""
    said = numbers.plain(text)
    if _VAGUE.search(said):
        return None
    if match := _AGE.search(said):
        age = numbers.whole(next(g for g in match.groups() if g))
        return _plausible(age - 1 if age and _NOMINAL.search(said) else age)
    if today is not None and (year := born_in(said, today)):
        return today.year - year
    alone = numbers.whole(said)
    return _plausible(alone) if alone is not None and 14 <= alone <= 90 else None
