"""Children who want to work, children who are looked after, and numbers that are no ages."""

import pytest

from core.readers import minors

YOUNG = [
    "我15", "我15岁了", "15岁能打工不", "叔叔我15 不想念书了 想打工", "叔叔我15 不想念书了 想打工 能找个电子厂不", "I'm 14",
    "我娃才15", "我明年7月16，现在能先去不", "我今年15，想进厂打工", "我十五了", "15岁", "我才14岁", "俺今年十四，能干活不",
    "我家娃15，不念书了，给他找个活", "我儿子14岁想打工", "我还没满16", "还不到16岁能进厂不", "i am 15 and want a job", "15 years old can work?",
    "my son is 15, is there a job for him", "can a 14 year old work here", "我都15了，能挣钱了", "我女儿15，不上学了，让她进厂行不", "I turn 16 next year",
    "今年15岁", "你们收童工不", "我虚岁15", "我弟弟15想进厂",
]  # fmt: skip
NOT = [
    "孩子8岁要接送，找个时间自由的活", "我娃15上初中，我想找个近点的活", "我16岁，能不能进厂", "我今年17", "我45了", "我干了15年", "我一天干12个小时",
    "我15号去上班", "我要15个人", "我一个月能挣8千", "我带9个人", "娃15要上学，走不开", "我51", "我1506元", "我儿子18想找活", "我58岁腰不好", "I worked 12 hours",
    "I'm 41", "my kid is 9, I want a part-time job", "我83年的", "我有10年驾龄", "我8点下班", "他们欠我15天工钱", "我家15亩地", "我想报第10个", "我十几岁就出来打工",
    "15块一个小时", "我在厂里干到15号", "I am 12 km away", "I'm 15 minutes away",
]  # fmt: skip


@pytest.mark.parametrize("words", YOUNG)
def test_it_hears_who_is_too_young(words):
    assert minors.under_age(words)


@pytest.mark.parametrize("words", NOT)
def test_it_takes_no_other_number_and_no_child_that_is_looked_after(words):
    assert not minors.under_age(words)


def test_it_leaves_out_the_age_of_a_child_that_is_looked_after():
    assert "8" not in minors.without_children("孩子8岁要接送，我45找个活")
    assert "45" in minors.without_children("孩子8岁要接送，我45找个活")
    assert minors.without_children("我家娃18，想找个活") == "我家娃18，想找个活"
