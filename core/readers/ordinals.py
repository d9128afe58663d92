"""Which of the options shown: 第二个, 头一个, 最后那个, "the 2nd one", "number 3"."""

import re

from core.readers import numbers

_LAST = re.compile(r"最后|末尾|最下面|最底下|\blast\b|\bbottom\b")
_FIRST = re.compile(r"头一|头个|最上面|最前面|上面那|前面那|第一|首个|\bfirst\b|\b1st\b|\btop\b")
_MIDDLE = re.compile(r"中间那?")
_NUMBERED = re.compile(
    r"第\s?([一二两三四五六七八九十\d]+)|(?:number|no\.?|option|#)\s?(\d+|[a-z]+)\b|\b(\d+)(?:st|nd|rd|th)\b"
)
_WORDS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
_PLAIN = re.compile(r"(?:我?(?:要|选|报|看))?\s?([一二两三四五六七八九\d]{1,2})\s?(?:号|个)?(?:吧|的|那个)?")


def read(text: str) -> int | None:
    """1-based place, -1 for the last, None when none is named."""
    said = numbers.plain(text).strip(" .。!！")
    if match := _NUMBERED.search(said):
        return numbers.whole(next(g for g in match.groups() if g)) or None
    for word, number in _WORDS.items():
        if re.search(rf"\b{word}\b", said):
            return number
    for pattern, number in ((_LAST, -1), (_FIRST, 1), (_MIDDLE, 2)):
        if pattern.search(said):
            return number
    match = _PLAIN.fullmatch(said)
    return (numbers.whole(match[1]) or None) if match else None
