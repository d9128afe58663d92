import pytest

from core import languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i dont understand 以工代赈", "en"),
        ("what is 公益岗", "en"),
        ("SMT贴片工有吗", "zh"),
        ("wo xiang zhao gongzuo", "zh"),
        ("想去KFC上班", "zh"),
        ("any job in Lanzhou", "en"),
    ],
)
def test_it_tells_the_language_of_a_sentence_with_words_of_the_other(text, language):
    assert languages.detect(text) == language
