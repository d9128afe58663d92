"""One spelling for what people type: half-width, simplified, lower case; and how it sounds."""

import unicodedata
from functools import lru_cache

from opencc import OpenCC


@lru_cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def _half_width(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character


def plain(text: str) -> str:
    """`text` in half-width, simplified, lower-case characters; as long as `text`, so that offsets hold."""
    narrow = "".join(map(_half_width, text))
    simple = _simplifier().convert(narrow)
    return simple if len(simple) == len(text) else "".join(map(_simplifier().convert, narrow))


def syllables(text: str) -> list[str]:
    """Pinyin without tones, one syllable for each Chinese character; what is not Chinese stays as it is."""
    from pypinyin import lazy_pinyin  # half a second and 30 MB, which most processes never need

    return lazy_pinyin(text)
