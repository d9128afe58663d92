"""Which language a message is written in."""

import re

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")
_PLACEHOLDER = re.compile(r"‹[^›]*›")
# Syllables of typed pinyin that are no English words: "wo xiang zhao gongzuo" is Chinese.
_PINYIN = {
    "wo", "ni", "xiang", "zhao", "gongzuo", "gongzi", "shenme", "zenme", "meiyou", "keyi", "dagong", "huo", "qian",
    "bu", "yao", "de", "ma", "shi", "jia", "xie", "xiexie", "nihao", "hao", "zai", "nali", "duoshao", "butie", "qu",
}  # fmt: skip
# Words of an English sentence that may hold a Chinese name: "i dont understand 以工代赈".
_SENTENCE = re.compile(
    r"\b(?:i|is|are|am|the|an|do|does|dont|don|not|what|how|where|when|who|can|my|me|you|it|for|to|of|in|and|with|want"
    r"|need|means?|understand|work|jobs?|please|any)\b",
    re.IGNORECASE,
)


def detect(text: str, current: str = "zh") -> str:
    """`zh` or `en`; what cannot be told (a number, an emoji, "ok") keeps `current`."""
    plain = _PLACEHOLDER.sub(" ", text)
    han, words = len(_HAN.findall(plain)), [w.lower() for w in _LATIN.findall(plain)]
    if 0 < han <= 8 and len(_SENTENCE.findall(plain)) >= 2:
        return "en"
    if han:
        return "zh" if han * 2 >= len(words) else "en"
    if sum(len(w) for w in words) < 4 and len(words) < 2:
        return current
    pinyin = sum(w in _PINYIN for w in words)
    return "zh" if pinyin * 2 >= len(words) else "en"
