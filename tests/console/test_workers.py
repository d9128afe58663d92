import random
import re

import pytest
import sqlalchemy as sa

from core import db, sealing
from core.models import AuditEntry, CodeSlip, Worker, WorkerFact


def id_number():
    """An invented ID number with a right check character (area 000000 is given to nobody)."""
    body = f"00000019{random.Random(7).randrange(60, 99)}0101123"
    total = sum(int(d) * w for d, w in zip(body, sealing.WEIGHTS, strict=True))
    return body + sealing.CHECK[total % 11]


def marks_of(ids):
    with db.reading() as s:
        worker = s.get(Worker, ids.worker)
        return worker.programme_status, worker.relocated, worker.limits


@pytest.mark.parametrize("words", ["甲一", "试验村", "甲 试验", "1121"])
def test_it_finds_by_name_village_and_end_of_the_phone(sit, words):
    page = sit("helper").get("/workers", params={"q": words}).text
    assert "甲一" in page


@pytest.mark.parametrize("words", ["丙", "9999", "%"])
def test_it_finds_nobody_else(sit, words):
    assert ">甲一<" not in sit("helper").get("/workers", params={"q": words}).text


def test_it_shows_a_number_once_for_a_reason_that_is_kept(sit, post, ids):
    desk, path = sit("helper"), f"/workers/{ids.worker}"
    number = "142" + "0002" + "1121"
    assert number not in desk.get(path).text
    assert number in post(f"{path}/reveal", which="phone_id", reason="打电话").text
    assert number not in desk.get(path).text
    with db.reading() as s:
        kept = s.scalar(sa.select(AuditEntry.detail).where(AuditEntry.action == "number_shown"))
    assert kept == {"which": "phone", "reason": "打电话"}


@pytest.mark.parametrize("form", [{"which": "phone_id", "reason": ""}, {"which": "name", "reason": "看看"}])
def test_it_shows_no_number_without_a_reason(sit, post, ids, form):
    sit("helper")
    assert post(f"/workers/{ids.worker}/reveal", **form).status_code == 403


FORM = {"programme_status": "monitored", "labour_ability": "limited", "relocated": "yes", "limits": ["no_lifting"]}


def test_it_changes_facts_as_said_by_a_caseworker(sit, post, ids):
    sit("helper")
    assert post(f"/workers/{ids.worker}/facts", key="k1", **FORM).status_code == 303
    assert marks_of(ids) == ("monitored", True, ["no_lifting"])
    with db.reading() as s:
        facts = s.execute(sa.select(WorkerFact.field, WorkerFact.source, WorkerFact.author)).all()
    assert {fact.source for fact in facts} == {"caseworker"}
    assert {fact.author for fact in facts} == {"user:helper"}
    assert {fact.field for fact in facts} == {"programme_status", "relocated", "labour_ability", "limits"}


def test_it_leaves_what_was_not_changed_with_its_source(sit, post, ids):
    sit("helper")
    post(f"/workers/{ids.worker}/facts", key="k1", **FORM)
    post(f"/workers/{ids.worker}/facts", key="k2", **{**FORM, "labour_ability": "ordinary"})
    with db.reading() as s:
        fields = list(s.scalars(sa.select(WorkerFact.field).where(WorkerFact.dedupe.contains("k2"))))
    assert fields == ["labour_ability"]


def test_it_seals_an_id_number_and_shows_its_end_only(sit, post, ids):
    desk, number = sit("helper"), id_number()
    post(f"/workers/{ids.worker}/facts", key="k1", id_number=number, **FORM)
    page = desk.get(f"/workers/{ids.worker}").text
    assert number not in page
    assert f"****{number[-4:]}" in page


@pytest.mark.parametrize("wrong", [{"limits": ["tall"]}, {"programme_status": "rich"}])
def test_it_refuses_what_is_not_on_the_list(sit, post, ids, wrong):
    sit("helper")
    assert post(f"/workers/{ids.worker}/facts", key="k1", **{**FORM, **wrong}).status_code == 403
    assert marks_of(ids) == ("unknown", None, [])


def test_it_prints_a_slip_whose_code_it_does_not_keep(sit, post, ids):
    sit("helper")
    page = post(f"/workers/{ids.worker}/slip").text
    code = "".join(re.search(r'class="code">(\d{3}) (\d{3})<', page).groups())
    assert "<svg" in page
    assert "621121劳务办" in page
    with db.reading() as s:
        slip = s.scalar(sa.select(CodeSlip))
        assert slip.worker_id == ids.worker
        assert code not in slip.code_hash
        assert s.scalar(sa.select(AuditEntry.action).order_by(AuditEntry.id.desc())) == "slip_made"


def test_it_prints_slips_for_those_of_a_village_without_a_chat(sit, post, ids):
    sit("helper")
    assert post("/workers/slips", village="试验村").status_code == 404
    with db.writing() as s:
        bound = s.get(Worker, ids.worker)
        for n in range(10):
            s.add(
                Worker(
                    name=f"丁{n}", county_code="621121", village="试验村", source="list", made_at=bound.made_at,
                    changed_at=bound.made_at,
                )
            )  # fmt: skip
    assert post("/workers/slips", village="试验村").text.count('class="slip"') == 8
    assert post("/workers/slips", village="试验村", sheet="2").text.count('class="slip"') == 2


def test_it_tells_a_wrong_id_number_and_keeps_the_other_changes(sit, post, ids):
    sit("helper")
    answer = post(f"/workers/{ids.worker}/facts", key="k1", **{**FORM, "id_number": "123", "limits": ["no_heights"]})
    assert answer.status_code == 400
    assert "身份证号不对" in answer.text
    with db.reading() as s:
        worker = s.get(Worker, ids.worker)
        assert (worker.limits, worker.id_number_id) == (["no_heights"], None)
