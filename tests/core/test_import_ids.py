"""What a row is known again by holds no ID number, and none that could be found out by trying."""

import hashlib

import pytest
import sqlalchemy as sa

from core import db, imports
from core.models import Worker
from tests.core.rooms import COUNTY

# Invented: the area of the number does not exist.
ID_NUMBER, PHONE = "999999198103080029", "14200000001"
HEAD = "人编号,姓名,证件号码,行政村\n"


@pytest.mark.parametrize("number", ["", ID_NUMBER])
def test_it_knows_a_person_again_without_their_number(database, tmp_path, number):
    path = tmp_path / "list.csv"
    path.write_text(f"{HEAD}{number},试一{PHONE},{ID_NUMBER},试验村{PHONE}\n", encoding="utf-8")
    tallies = [imports.run(path, "workers", county=COUNTY).tally for _ in range(2)]
    assert [tally["added"] for tally in tallies] == [1, 0]
    with db.reading() as s:
        (one,) = s.scalars(sa.select(Worker))
        everything = "".join(str(s.execute(sa.select(table)).all()) for table in Worker.metadata.sorted_tables)
    assert ID_NUMBER not in everything
    assert PHONE not in everything
    told = "\x1f".join([ID_NUMBER, f"试一{PHONE}", "", f"试验村{PHONE}", ""])
    assert one.external_id != hashlib.blake2b(told.encode(), digest_size=12).hexdigest()
