import pytest
import sqlalchemy as sa

from core import clock, db
from core.models import Application, Claim, Employer, OutboundMessage, Vacancy


@pytest.fixture
def waiting(ids):
    """An application and a claim of the worker, both told of in their chat."""
    with db.writing() as s:
        now = clock.now()
        firm = Employer(name="演示车间", source="demo", made_at=now)
        s.add(firm)
        s.flush()
        post = Vacancy(
            external_id="1", source="demo", employer_id=firm.id, title="缝纫工", place="平襄镇", places_total=2,
            places_left=1, published_on=clock.today(), made_at=now, changed_at=now,
        )  # fmt: skip
        s.add(post)
        s.flush()
        application = Application(
            worker_id=ids.worker, vacancy_id=post.id, contact_id=ids.contact, holds_place=True, dedupe="a", made_at=now,
            changed_at=now,
        )  # fmt: skip
        claim = Claim(
            worker_id=ids.worker, contact_id=ids.contact, subsidy="travel", dedupe="c", made_at=now, changed_at=now
        )
        s.add_all([application, claim])
        s.flush()
        return application.id, claim.id


def told():
    with db.reading() as s:
        return list(s.scalars(sa.select(OutboundMessage.text).where(OutboundMessage.kind == "notice")))


def test_it_keeps_what_the_firm_said_and_tells_the_worker_once(sit, post, ids, waiting):
    desk = sit("helper")
    assert "缝纫工" in desk.get(f"/cases/{ids.case}").text
    for _ in range(2):
        answer = post(f"/applications/{waiting[0]}/decide", decision="put_forward", back=f"/cases/{ids.case}")
        assert answer.headers["location"] == f"/cases/{ids.case}"
    with db.reading() as s:
        assert s.get(Application, waiting[0]).state == "put_forward"
    assert len(told()) == 1


def test_a_refusal_gives_the_place_back(sit, post, ids, waiting):
    sit("helper")
    post(f"/applications/{waiting[0]}/decide", decision="refused", back=f"/workers/{ids.worker}")
    with db.reading() as s:
        assert s.scalar(sa.select(Vacancy.places_left)) == 2


def test_it_keeps_how_a_claim_stands(sit, post, ids, waiting):
    desk = sit("helper")
    assert "交通" in desk.get(f"/workers/{ids.worker}").text
    post(f"/claims/{waiting[1]}/decide", decision="paid", back="https://elsewhere.test/")
    with db.reading() as s:
        assert s.get(Claim, waiting[1]).state == "paid"
    assert len(told()) == 1


@pytest.mark.parametrize(("path", "decision"), [("applications", "started"), ("claims", "withdrawn"), ("claims", "")])
def test_it_takes_only_decisions_of_the_list(sit, post, waiting, path, decision):
    sit("helper")
    assert post(f"/{path}/1/decide", decision=decision).status_code == 403


def test_it_leaves_people_of_another_county_alone(sit, post, waiting):
    sit("abroad")
    assert post(f"/applications/{waiting[0]}/decide", decision="accepted").status_code == 404


def test_it_never_leads_to_an_address_outside(sit, post, waiting):
    sit("helper")
    answer = post(f"/claims/{waiting[1]}/decide", decision="granted", back="//elsewhere.test")
    assert answer.headers["location"] == "/"
