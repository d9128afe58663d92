import pytest
import sqlalchemy as sa

from core import audit
from core.errors import NotAllowed
from core.models import AuditEntry


@pytest.fixture
def three(s):
    return [audit.record(s, "user:lin", verb, "worker", 7, {"field": verb}) for verb in ("a", "b", "c")]


def test_it_chains_entries(s, three):
    assert three[0].previous_hash == audit.FIRST
    assert [e.previous_hash for e in three[1:]] == [e.hash for e in three[:2]]
    s.expire_all()
    assert audit.verify(s) is None


@pytest.mark.parametrize("column", ["actor", "action", "object_id"])
def test_it_notices_a_changed_entry(s, three, column):
    s.execute(sa.update(AuditEntry).where(AuditEntry.id == three[1].id).values({column: "x"}))
    s.expire_all()
    assert audit.verify(s) == three[1].id


def test_it_notices_a_missing_entry(s, three):
    s.execute(sa.delete(AuditEntry).where(AuditEntry.id == three[1].id))
    assert audit.verify(s) == three[2].id


def test_it_refuses_to_change_or_delete_an_entry(s, three):
    three[0].actor = "user:other"
    with pytest.raises(NotAllowed):
        s.flush()
