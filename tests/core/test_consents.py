from core import consents
from core.models import Consent
from tests.core.rooms import contact, worker


def test_it_is_no_until_asked(s):
    assert not consents.granted(s, worker(s).id, "follow_up")


def test_it_lets_the_newest_answer_count(s):
    person = worker(s)
    chat = contact(s, person)
    consents.record(s, chat, person, "follow_up", True, key="a")
    assert consents.granted(s, person.id, "follow_up")
    consents.record(s, chat, person, "follow_up", False, key="b")
    assert not consents.granted(s, person.id, "follow_up")
    assert not consents.granted(s, person.id, "sharing")


def test_it_keeps_an_answer_once(s):
    person = worker(s)
    chat = contact(s, person)
    for granted in (True, False):
        consents.record(s, chat, person, "sharing", granted, key="same")
    assert s.query(Consent).one().granted is True


def test_it_keeps_which_words_were_shown(s):
    chat = contact(s, worker(s), language="en")
    consents.record(s, chat, None, "matching", True, key="a", shown="utter_consent_matching_other")
    kept = s.query(Consent).one().wording
    assert kept == consents.wording("utter_consent_matching_other", "en")
    assert kept != consents.wording("utter_consent_matching", "en")


def test_it_gives_what_was_answered_before_the_record_to_it(s):
    person = worker(s)
    chat = contact(s)
    consents.record(s, chat, None, "matching", True, key="draft:1:matching")
    consents.record(s, chat, None, "matching", False, key="draft:12:matching")
    consents.belong(s, chat, person, keys="draft:1:")
    assert consents.granted(s, person.id, "matching")
    assert s.query(Consent).filter_by(worker_id=None).count() == 1
