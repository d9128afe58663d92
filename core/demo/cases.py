"""Cases of the demo with the chats that led to them: all invented."""

import dataclasses
import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core import clock, consents
from core.models import (
    Contact,
    ContactWorker,
    Escalation,
    EscalationEvent,
    InboundMessage,
    Office,
    OutboundMessage,
    User,
    Worker,
)


@dataclasses.dataclass(frozen=True)
class Story:
    """A chat of some hours ago and the case in it; lines begin with `w` (worker) or `b` (bot)."""

    kind: str
    severity: int
    hours_ago: float
    lines: tuple[str, ...]
    outcome: str = ""
    about: str = ""


STORIES = (
    Story("wage", 2, 5, ("w老板说这个月先不发，下个月一起", "w已经拖了两个月了", "b记下了，今天就有人看。工钱拖欠可打12333。")),
    Story("injury", 2, 9, ("w手指头叫机器压了一下，去卫生所包了", "b先把手治好。单子、片子都留着。今天有人给你打电话。")),
    Story("job_loss", 3, 26, ("w厂里没单子，叫我们回家等", "w等到啥时候也不说", "b明白了。要不要一边等一边看看别的活？")),
    Story("work_problem", 3, 30, ("w宿舍八个人一间，晚上睡不成", "b记下了。下个工作日前有人联系你。")),
    Story("person_wanted", 3, 3, ("w我想跟人说话，不想跟机器说", "b好，已经转给劳务办的人。")),
    Story("change_job", 4, 50, ("w想换个离家近点的", "b好。先别急着辞，看看这几个。")),
    Story("subsidy", 4, 70, ("w交通补贴交了材料没动静", "b记下了，帮你问。")),
    Story("application", 3, 20, ("w我报了缝纫那个，咋还没信", "b帮你问用工的那边。")),
    Story("swindle", 2, 12, ("w有人叫先交三百块服装费才给安排", "b先别交钱。找活不用交钱。")),
    Story("complaint", 3, 15, ("w打了三回电话没人接", "b对不住。这事交给另一个人看。"), about="helper"),
    Story("wage", 2, 200, ("w工钱少了四百", "b记下了。"), outcome="settled"),
    Story("person_wanted", 3, 300, ("w问个事，招聘会几号", "b转给劳务办的人了。"), outcome="answered"),
)  # fmt: skip
DUE_HOURS = {1: 0.25, 2: 8, 3: 24, 4: 72}


def _contact(s: Session, worker: Worker, number: int, office_id: int, at: dt.datetime) -> Contact:
    contact = Contact(
        key=f"demo{number:028d}",
        channel="web",
        external_id=f"demo-case-{number}",
        worker_id=worker.id,
        office_id=office_id,
        phone_id=worker.phone_id,
        phone_is_own=worker.phone_id is not None,
        last_inbound_at=at,
        created_at=at,
    )
    s.add(contact)
    s.flush()
    s.add(ContactWorker(contact_id=contact.id, worker_id=worker.id, bound_by="demo", bound_at=at))
    for purpose in ("matching", "follow_up"):
        consents.record(s, contact, worker, purpose, True, key=f"demo:{contact.id}:{purpose}")
    return contact


def _chat(s: Session, contact: Contact, story: Story, began: dt.datetime) -> None:
    for n, line in enumerate(story.lines, 1):
        at, words = began + dt.timedelta(minutes=n), line[1:]
        if line[0] == "w":
            row = InboundMessage(
                source_key=f"demo:{contact.id}:{n}", kind="text", state="done", received_at=at, done_at=at
            )
        else:
            row = OutboundMessage(
                dedupe=f"demo:{contact.id}:{n}", state="sent", route="web", made_at=at, sent_at=at, seen_at=at
            )
        row.contact_id, row.n, row.text = contact.id, n, words
        s.add(row)
    contact.last_n = contact.seen_n = len(story.lines)


def _case(
    s: Session, contact: Contact, worker: Worker, story: Story, people: dict[str, User], began: dt.datetime
) -> None:
    about = people.get(story.about)
    case = Escalation(
        contact_id=contact.id,
        worker_id=worker.id,
        county_code=worker.county_code,
        kind=story.kind,
        severity=story.severity,
        assigned_to=people["helper2"].id if about else worker.caseworker_id,
        about_user_id=about.id if about else None,
        due_at=began + dt.timedelta(hours=DUE_HOURS[story.severity]),
        dedupe=f"demo-case-{contact.id}",
        opened_at=began,
        pushed_at=began,
    )
    s.add(case)
    s.flush()
    s.add(EscalationEvent(escalation_id=case.id, verb="opened", at=began))
    if story.outcome:
        case.state, case.outcome, case.taken_by = "closed", story.outcome, worker.caseworker_id
        case.taken_at = case.closed_at = began + dt.timedelta(hours=3)
        s.add(EscalationEvent(escalation_id=case.id, user_id=case.taken_by, verb="closed", at=case.closed_at))


def fill(s: Session, today: dt.date) -> int:
    """Add the cases; returns how many."""
    people = {user.login: user for user in s.scalars(sa.select(User))}
    offices = dict(s.execute(sa.select(Office.county_code, Office.id)).all())
    workers = s.scalars(
        sa.select(Worker)
        .where(Worker.caseworker_id.in_([people["helper"].id, people["chongxin"].id]), Worker.phone_id.is_not(None))
        .order_by(Worker.external_id)
        .limit(len(STORIES) * 40)
    ).all()[::40]
    for number, (story, worker) in enumerate(zip(STORIES, workers, strict=True)):
        began = clock.now() - dt.timedelta(hours=story.hours_ago)
        contact = _contact(s, worker, number, offices[worker.county_code], began)
        _chat(s, contact, story, began)
        _case(s, contact, worker, story, people, began)
    return len(STORIES)
