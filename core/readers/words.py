"""The few words that steer a form: skip, back, don't know, not me, cancel."""

import re

from core.readers import numbers

_LONGEST_ZH, _LONGEST_EN = 14, 8
_PATTERNS = {
    "not_me": r"(?:这|那|你|我)?(?:不是本人|不是我本人|我不是本人)|^不是我[。!！]?$|认错人|打错了|找错人|发错人|not me\b|wrong (?:person|number)|i'?m not (?:him|her|the one)",
    "cancel": r"^(?:那?就?算了|取消|退出|不(?:填|弄|登记|办|做|搞|注册)了|不想(?:填|弄|登记)了?|停下?|停止)(?:吧|了)?[。!！]?$|算了(?:吧)?，?不(?:填|弄|登记|办)了?|^(?:cancel|stop|quit|exit|forget it|never ?mind)\b",
    "back": r"上一步|上一个(?:问题)?$|返回|退回|回退|倒回去|回到上|改(?:一下)?(?:上|前)(?:一|面)|刚才(?:那个)?(?:填|说|写)错|^back$|go back|previous|last question",
    "dont_know": r"不知道|不晓得|不清楚|说不上|说不清|搞不清|弄不清|不确定|(?:忘|不记得|记不得|记不清)了?$|不记得|don'?t know|dont know|no idea|not sure|can'?t remember|forgot|dunno",
    "skip": r"^跳过|跳过(?:吧|这个)?$|略过|不想(?:说|填|写|讲)|不方便说|不愿意?说|先不(?:填|说|写)|不填(?:这个)?$|下一(?:个|题|步)$|以后再(?:填|说)|没有就不填|^pass$|\bskip\b|^next$|rather not|prefer not|later$",
}


def read(text: str) -> str | None:
    """`skip`, `back`, `dont_know`, `not_me` or `cancel`; None for anything else and for long sentences."""
    said = numbers.plain(text).strip()
    if len(re.findall(r"[\u4e00-\u9fff]", said)) > _LONGEST_ZH or len(said.split()) > _LONGEST_EN:
        return None
    return next((word for word, pattern in _PATTERNS.items() if re.search(pattern, said)), None)
