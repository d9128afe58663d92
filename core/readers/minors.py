"""Whether somebody under 16 wants to work: told of themselves, or of their child; not of a child who is looked after."""

import re

from core.readers import numbers

LEAST_AGE, GROWN = 16, 18
_N = r"(1[0-5]|[89]|十[一二三四五]?|[八九]|fifteen|fourteen|thirteen|twelve)"
_COUNTED = r"(?!\d|[.:%]|\s?(?:年(?!级)|个|月|天|号|块|元|千|百|万|斤|点|分|人|小时|钟|家|次|楼|本|多|来|几|平|里|公里|度|米|床|亩))"
_AGED = rf"(?<!\d){_N}(?:\s?周?岁|\s?了|(?=\s*(?:$|[,，。.!！;；、]|[\u4e00-\u9fff])))"
_SELF = re.compile(
    rf"(?:我|俺|咱|本人|自己)(?:今年|现在|才|刚刚?|满|虚岁|都|是|快|就|只有|也|的?年龄|[,，\s]){{0,4}}{_AGED}{_COUNTED}"
    rf"|^(?:叔叔?|阿姨|哥哥?|姐姐?|老师|你好|您好|那|今年|才|刚|[,，\s]){{0,4}}{_N}\s?周?岁"
    rf"|(?<!\d){_N}\s?周?岁.{{0,6}}(?:能|可以|让|给|收|招|要)?(?:不能|不可以)?.{{0,4}}(?:打工|上班|干活|找活|进厂|做工|挣钱|招)"
    rf"|\b(?:i.?m|i am|age|aged|only|just|turned) (?:only |just |now )?{_N}\b(?! ?(?:k|yuan|%|km|minutes?|hours?|days?|weeks?|months?|years? (?!old)|miles))"
    rf"|\b{_N}[ -]?(?:years?[ -]olds?|y/?o)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"(?:还没|没有?|不|未|不到|没到)(?:满|到|足)?\s?(?:16|十六)\s?(?:周?岁)?|(?:明年|后年|下个?月|再过|还差).{0,10}(?:16|十六)(?!\d)|童工"
    r"|\b(?:not (?:yet )?(?:16|sixteen)|under (?:16|sixteen)|turn(?:ing)? (?:16|sixteen)|almost (?:16|sixteen)|be (?:16|sixteen))\b",
    re.IGNORECASE,
)
_CHILD = r"(?:娃儿?|孩子|小孩|儿子|女儿|闺女|丫头|妹妹?|弟弟?|妹子|孙子|孙女|外甥女?|侄子|侄女|他|她|son|daughter|kid|child|brother|sister|he|she)"
_CHILDS = re.compile(
    rf"{_CHILD}(?:今年|现在|才|刚|满|是|都|也|只有|[,，\s]|is|'s|only|just){{0,3}}{_AGED}{_COUNTED}", re.IGNORECASE
)
_CHILD_WORKS = re.compile(
    r"(?<!我)(?<!俺)(?:想|要|能|给他|给她|让他|让她|给娃|让娃|带他|带她|可以)[^,，。;；]{0,6}(?:打工|找活|找个|上班|干活|进厂|挣钱|工作|做工)|不(?:想)?(?:念|读|上)(?:书|学)"
    r"|\b(?:job|work) for (?:him|her|my)|(?:he|she) (?:wants?|needs?|can|could)\b.{0,12}\b(?:job|work)",
    re.IGNORECASE,
)
_LOOKED_AFTER = re.compile(
    r"照[顾看料]|接送|[带看管]着?(?:娃|孩子)|(?:念|读|上)(?:小学|初中|高中|学|书|[一二三四五六七八九]年级)|离不[开得]|走不[开脱]|(?:我|俺)(?:想|要)?(?:找|寻|看|干)"
    r"|\b(?:school|look after|take care|care of|pick up|i want|i need|i.?m looking)\b",
    re.IGNORECASE,
)


def under_age(text: str) -> bool:
    """Whether the one who wants work is under 16, by the words alone; in doubt whose child it is, they are believed to ask."""
    said = numbers.plain(text)
    if _SELF.search(said) and not _CHILDS.search(said):
        return True
    if _CHILDS.search(said):
        return bool(_CHILD_WORKS.search(said)) or not _LOOKED_AFTER.search(said)
    return bool(_NOT_YET.search(said))


def without_children(text: str) -> str:
    """The sentence without the ages of children who are looked after, so that they are not taken for the speaker's."""
    said = numbers.plain(text)
    return text if under_age(text) or not _CHILDS.search(said) else _CHILDS.sub(" ", said)
