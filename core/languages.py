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


def detect(text: str, current: str = "zh") -> str:
    """`zh` or `en`; what cannot be told (a number, an emoji, "ok") keeps `current`."""
    plain = _PLACEHOLDER.sub(" ", text)
    han, words = len(_HAN.findall(plain)), [w.lower() for w in _LATIN.findall(plain)]
    if han:
        return "zh" if han * 2 >= len(words) else "en"
    if sum(len(w) for w in words) < 4 and len(words) < 2:
        return current
    pinyin = sum(w in _PINYIN for w in words)
    return "zh" if pinyin * 2 >= len(words) else "en"
