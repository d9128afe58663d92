"""The web chat's HTTP interface, row by row, as interfaces.md has it."""

import datetime as dt
import threading
import time

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot.web import sessions
from bot.web.app import make_app
from core import clock, contacts, db, heartbeats, inbox, outbox, registration
from core.models import Contact, ContactWorker, InboundMessage, Media, OutboundMessage, SealedNumber, WebSession, Worker
from tests.conftest import BOTH
from tests.core import rooms

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 600
LIMIT = 10 * 2**20


@pytest.fixture
def client(database):
    with TestClient(make_app(), base_url="http://chat.test") as browser:
        yield browser


def signed_in(client, body=None, **headers):
    """The headers of a new session."""
    answer = client.post("/api/session", json=body or {}, headers=headers)
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['session']}"}


@pytest.fixture
def me(client):
    return signed_in(client)


def every(table):
    with db.reading() as s:
        found = s.scalars(sa.select(table).order_by(table.id)).all()
        s.expunge_all()
        return found


def contact_of():
    return every(Contact)[-1]


def rows(table=InboundMessage):
    """Without the start of a chat, which nobody wrote."""
    return [row for row in every(table) if getattr(row, "kind", "") != "start"]


def say(client, me, text="有活吗", key="a1", **more):
    return client.post("/api/messages", json={"id": key, "kind": "text", "text": text, **more}, headers=me)


def answer(text="有", dedupe="d1", contact=None, **more):
    with db.writing() as s:
        contact = s.get(Contact, (contact or contact_of()).id)
        s.execute(sa.update(InboundMessage).where(InboundMessage.contact_id == contact.id).values(state="done"))
        return outbox.put(s, contact, dedupe=dedupe, text=text, **more).n


def fetch(client, me, **query):
    return client.get("/api/messages", params=query, headers=me)


# -- sessions --------------------------------------------------------------------------------------------------------


def test_it_opens_a_session_and_lets_the_bot_greet_first(client, me):
    (start,), (session,) = every(InboundMessage), every(WebSession)
    assert (start.kind, start.state) == ("start", "new")
    assert session.token_hash not in me["Authorization"]
    assert fetch(client, me).json() == {"messages": [], "typing": True}


@pytest.mark.parametrize(
    ("body", "accepts", "language"),
    [({}, "en-GB,en;q=0.9", "en"), ({}, "zh-CN,zh", "zh"), ({}, "fr,de", "zh"), ({"language": "en"}, "zh-CN", "en")],
)
def test_it_speaks_the_language_of_the_browser(client, body, accepts, language):
    signed_in(client, body, **{"Accept-Language": accepts})
    assert contact_of().language == language


def test_it_changes_the_language(client, me):
    assert client.post("/api/language", json={"language": "en"}, headers=me).status_code == 200
    assert (contact_of().language, contact_of().language_chosen) == ("en", True)
    assert client.post("/api/language", json={"language": "fr"}, headers=me).status_code == 400
    assert client.post("/api/language", json={"language": "en"}).status_code == 401


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
def test_it_refuses_whoever_has_no_session(client, headers):
    assert client.get("/api/messages", headers=headers).status_code == 401
    assert (
        client.post("/api/messages", json={"id": "1", "kind": "text", "text": "x"}, headers=headers).status_code == 401
    )
    assert client.get("/media/1", headers=headers).status_code == 401


def test_it_forgets_a_browser(client, me):
    assert client.delete("/api/session", headers=me).status_code == 204
    assert fetch(client, me).status_code == 401


def test_it_ends_a_session_that_nobody_used_for_half_a_year(client, me):
    with db.writing() as s:
        s.execute(sa.update(WebSession).values(last_seen_at=clock.now() - dt.timedelta(days=181)))
    assert fetch(client, me).status_code == 401


def test_it_keeps_a_living_session_alive(client, me):
    with db.writing() as s:
        s.execute(sa.update(WebSession).values(last_seen_at=clock.now() - dt.timedelta(days=100)))
    assert fetch(client, me).status_code == 200
    assert clock.now() - every(WebSession)[0].last_seen_at < dt.timedelta(minutes=1)


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 100_000, '"x"'])
def test_it_refuses_a_body_that_is_no_object(client, me, body):
    for path in ("/api/session", "/api/messages"):
        refused = client.post(path, content=body, headers=me)
        assert (refused.status_code, refused.json()["error"]) in [(400, "not_json"), (413, "too_large")]


# -- codes -----------------------------------------------------------------------------------------------------------


def slip():
    with db.writing() as s:
        helper = rooms.user(s, f"helper{time.monotonic_ns()}", office_id=rooms.office(s, default=False).id)
        worker = rooms.worker(s, caseworker=helper)
        return worker.id, registration.make_slip(s, worker, None)


def test_it_binds_a_chat_by_the_code_of_a_slip(client):
    worker_id, code = slip()
    signed_in(client, {"code": f"{code[:3]} {code[3:]}"})
    assert [bond.worker_id for bond in every(ContactWorker)] == [contact_of().worker_id] == [worker_id]
    assert every(InboundMessage)[0].payload == {"value": code}


def test_it_binds_the_chat_that_is_open_already(client, me):
    worker_id, code = slip()
    say(client, me)
    answered = client.post("/api/session", json={"code": code}, headers=me)
    again = {"Authorization": f"Bearer {answered.json()['session']}"}
    assert contact_of().worker_id == worker_id
    assert [m["text"] for m in fetch(client, again).json()["messages"]] == ["有活吗"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_brings_a_lost_chat_back_and_signs_the_old_phone_out(client):
    worker_id, code = slip()
    old = signed_in(client, {"code": code})
    say(client, old, "我在这儿")
    with db.writing() as s:
        code = registration.make_slip(s, s.get(Worker, worker_id), None)
    new = signed_in(client, {"code": code})
    assert [m["text"] for m in fetch(client, new).json()["messages"]] == ["我在这儿"]
    assert fetch(client, old).status_code == 401


@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", 123456, "", []])
def test_it_refuses_a_wrong_code_with_a_reason(client, code):
    refused = client.post("/api/session", json={"code": code})
    assert refused.status_code == 400
    assert refused.json()["error"] == "code"
    assert refused.json()["reason"]
    assert rows(Contact) == []


def test_it_stops_who_guesses_codes(client):
    most = sessions.BAD_CODES[0]
    answers = [client.post("/api/session", json={"code": f"{n:06d}"}) for n in range(most + 1)]
    assert [a.status_code for a in answers] == [400] * most + [429]
    assert int(answers[-1].headers["Retry-After"]) > 60
    assert client.post("/api/session", json={}).status_code == 201


def test_it_limits_the_sessions_of_one_address(client, monkeypatch):
    client.app.state.gate.sessions.most = 2
    assert [client.post("/api/session", json={}).status_code for _ in range(3)] == [201, 201, 429]


# -- what is sent ----------------------------------------------------------------------------------------------------


def test_it_stores_a_message_before_it_says_so(client, me):
    stored = say(client, me)
    assert (stored.status_code, stored.json()) == (202, {"stored": True})
    (row,) = rows()
    assert (row.text, row.state, row.source_key) == ("有活吗", "new", f"web:{contact_of().id}:a1")


def test_it_stores_the_same_id_once(client, me):
    assert [say(client, me).status_code for _ in range(3)] == [202, 202, 202]
    assert say(client, me, "别的话").status_code == 202
    assert [row.text for row in rows()] == ["有活吗"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_stores_the_same_id_once_when_sent_at_the_same_time(client, me):
    threads = [threading.Thread(target=say, args=(client, me)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows()) == 1


def test_it_tells_the_ids_of_two_clients_apart(client, me):
    other = signed_in(client)
    say(client, me, "一")
    say(client, other, "二")
    assert [m["text"] for m in fetch(client, me).json()["messages"]] == ["一"]
    assert [m["text"] for m in fetch(client, other).json()["messages"]] == ["二"]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "text", "text": "x"},
        {"id": "", "kind": "text", "text": "x"},
        {"id": "a" * 101, "kind": "text", "text": "x"},
        {"id": 7, "kind": "text", "text": "x"},
        {"id": "1", "kind": "text"},
        {"id": "1", "kind": "text", "text": "  \n"},
        {"id": "1", "kind": "text", "text": 5},
        {"id": "1", "kind": "dance", "text": "x"},
        {"id": "1", "kind": ["text"], "text": "x"},
        {"id": "1", "kind": "photo"},
        {"id": "1", "kind": "start"},
        {"id": "1", "kind": "internal", "payload": {"intent": "emergency"}},
        {"id": "1", "kind": "button"},
        {"id": "1", "kind": "button", "payload": ""},
        {"id": "1", "kind": "button", "payload": {"a": 1}},
        {"id": "1", "kind": "location", "latitude": 91, "longitude": 0},
        {"id": "1", "kind": "location", "latitude": "35", "longitude": 104},
        {"id": "1", "kind": "location", "latitude": True, "longitude": 104},
        {"id": "1", "kind": "location", "latitude": 35},
        {"id": "1", "kind": "contact", "phone": "12", "own": True},
        {"id": "1", "kind": "contact", "phone": "14200000001"},
    ],
)
def test_it_refuses_what_is_no_message_with_a_reason(client, me, body):
    refused = client.post("/api/messages", json=body, headers=me)
    assert refused.status_code == 400
    assert refused.json()["reason"]
    assert rows() == []


def test_it_refuses_a_number_that_is_none(client, me):
    body = '{"id": "1", "kind": "location", "latitude": NaN, "longitude": Infinity}'
    assert client.post("/api/messages", content=body, headers=me).status_code == 400


def test_it_takes_4096_characters_and_not_one_more(client, me):
    assert say(client, me, "字" * 4096, "long").status_code == 202
    assert say(client, me, "字" * 4097, "longer").status_code == 413
    assert len(rows()) == 1


@pytest.mark.parametrize("text", ["🙂🙂", "/start", "／emergency", "‹phone:1›", "a\0b", "{", "<script>"])
def test_it_takes_any_words(client, me, text):
    assert say(client, me, text).status_code == 202
    assert rows()[0].text == text.replace("\0", "")


def test_it_takes_half_a_character(client, me):
    body = '{"id": "1", "kind": "text", "text": "a\\ud800b"}'
    assert client.post("/api/messages", content=body, headers=me).status_code == 202
    assert fetch(client, me).json()["messages"][0]["text"] == "a?b"


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_stores_the_other_kinds(client, me):
    answer("选一个", buttons=[{"title": "家附近", "payload": '/search_jobs{"region": "near_home"}'}])
    token = fetch(client, me).json()["messages"][0]["buttons"][0]["payload"]
    for n, body in enumerate(
        [
            {"kind": "button", "payload": token},
            {"kind": "location", "latitude": 35.2, "longitude": 105},
            {"kind": "contact", "phone": "142 0000 0001", "own": True},
            {"kind": "sticker"},
        ]
    ):
        assert client.post("/api/messages", json={"id": f"k{n}", **body}, headers=me).status_code == 202
    button, place, card, sticker = rows()
    assert (button.text, button.payload) == ("家附近", {"token": token})
    assert place.payload == {"latitude": 35.2, "longitude": 105.0}
    assert card.payload == {"own": True, "phone_id": every(SealedNumber)[0].id}
    assert sticker.kind == "sticker"


def test_it_keeps_no_personal_number_in_clear(client, me):
    say(client, me, "我电话14200000001")
    say(client, me, "我电话13800000000", "b")
    assert rows()[1].text.startswith("我电话‹phone:")
    assert [m["text"] for m in fetch(client, me).json()["messages"]][1] == "我电话****"


def test_it_says_when_to_come_again(client, me, monkeypatch):
    monkeypatch.setattr(inbox, "LIMITS", ((dt.timedelta(minutes=1), 2),))
    codes = [say(client, me, key=f"k{n}") for n in range(3)]
    assert [c.status_code for c in codes] == [202, 429, 429]  # the start counts too
    assert 50 <= int(codes[-1].headers["Retry-After"]) <= 61
    assert say(client, me, key="k0").status_code == 202, "what is stored is confirmed, whatever the limit"


# -- files -----------------------------------------------------------------------------------------------------------


def upload(client, me, data=JPEG, kind="photo", key="p1", **more):
    return client.post(
        "/api/messages", data={"id": key, "kind": kind, **more}, files={"file": ("x.jpg", data)}, headers=me
    )


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_stores_a_file_once_and_shows_it_to_its_own_chat_only(client, me):
    assert [upload(client, me).status_code for _ in range(2)] == [202, 202]
    (row,), (kept,) = rows(), rows(Media)
    assert row.payload == {"media_id": kept.id}
    assert (kept.kind, kept.content_type, kept.size) == ("photo", "image/jpeg", len(JPEG))
    (message,) = fetch(client, me).json()["messages"]
    shown = client.get(message["image"], headers=me)
    assert (shown.content, shown.headers["content-type"]) == (JPEG, "image/jpeg")
    assert client.get(message["image"]).status_code == 401
    assert client.get(message["image"], headers=signed_in(client)).status_code == 404
    assert client.get(f"/media/{10**30}", headers=me).status_code == 404


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("photo", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("photo", b"MZ" + b"\0" * 300),
        ("voice", JPEG),
        ("document", b"MZ" + b"\0" * 300),
        ("photo", b""),
        ("text", JPEG),
    ],
)
def test_it_refuses_a_file_of_another_kind(client, me, kind, data):
    refused = upload(client, me, data, kind)
    assert refused.status_code == 400
    assert refused.json()["reason"]
    assert rows() == rows(Media) == []


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("voice", b"OggS\0" + b"\0" * 80),
        ("document", b"%PDF-1.7\n"),
        ("document", "名单".encode()),
        ("photo", JPEG),
        ("voice", b"#!SILK_V3\0"),
        ("sticker", JPEG),
    ],
)
def test_it_takes_voices_and_documents(client, me, kind, data):
    assert upload(client, me, data, kind).status_code == 202


def test_it_takes_10_mb_and_not_more(client, me, database):
    assert upload(client, me, JPEG + b"\0" * (LIMIT - len(JPEG)), key="most").status_code == 202
    assert upload(client, me, JPEG + b"\0" * (LIMIT - len(JPEG) + 1), key="over").status_code == 413
    assert upload(client, me, b"\0" * (2 * LIMIT), key="far").status_code == 413
    assert len(rows(Media)) == 1


def test_it_leaves_no_file_behind_that_is_in_no_row(client, me, house, monkeypatch):
    monkeypatch.setattr(inbox, "LIMITS", ((dt.timedelta(minutes=1), 1),))
    assert upload(client, me).status_code == 429
    assert not list((house().var_dir / "media").iterdir())


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--x--\r\n"])
def test_it_refuses_a_broken_form(client, me, body):
    headers = {**me, "Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/api/messages", content=body, headers=headers).status_code == 400
    headers = {**me, "Content-Type": "multipart/form-data"}
    assert client.post("/api/messages", content=body, headers=headers).status_code == 400


# -- what is fetched -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_shows_both_directions_in_order_each_once(client, me):
    say(client, me, "一", "k1")
    answer("二", "d2", buttons=[{"title": "好", "payload": "/affirm"}], ask_for="phone")
    say(client, me, "三", "k3")
    told = fetch(client, me).json()
    assert [(m["from"], m["text"]) for m in told["messages"]] == [("worker", "一"), ("bot", "二"), ("worker", "三")]
    assert [m["n"] for m in told["messages"]] == [2, 3, 4]
    first, second, _ = told["messages"]
    assert (first["id"], first["buttons"], first["ask_for"], first["image"]) == ("k1", [], None, None)
    assert (second["id"], second["ask_for"]) == (None, "phone")
    assert second["buttons"][0]["title"] == "好"
    assert second["buttons"][0]["payload"].startswith("b:")
    assert second["at"].endswith("Z")
    assert told["typing"] is True
    assert [m["n"] for m in fetch(client, me, after=3).json()["messages"]] == [4]
    assert fetch(client, me, after=4).json()["messages"] == []


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_marks_what_a_client_has(client, me):
    answer("一", "d1")
    answer("二", "d2")
    fetch(client, me)
    assert {row.state for row in rows(OutboundMessage)} == {"ready"}
    fetch(client, me, after=2)
    assert [row.state for row in rows(OutboundMessage)] == ["sent", "ready"]
    fetch(client, me, after=999_999_999)
    assert [row.state for row in rows(OutboundMessage)] == ["sent", "sent"]


def test_it_shows_nothing_that_the_house_tells_itself_nor_what_was_dropped(client, me):
    with db.writing() as s:
        contacts.go_on(s, s.get(Contact, contact_of().id), "resume", {}, key="r")
    answer("没了", "gone")
    with db.writing() as s:
        s.execute(sa.update(OutboundMessage).values(state="dropped"))
    assert fetch(client, me).json() == {"messages": [], "typing": False}


def test_it_gives_a_long_chat_in_pages_and_the_newest_first_if_asked(client, me):
    for n in range(130):
        answer(f"第{n}", f"d{n}")
    assert len(fetch(client, me, after=1).json()["messages"]) == 100
    assert [m["text"] for m in fetch(client, me, last=2).json()["messages"]] == ["第128", "第129"]
    assert {row.state for row in rows(OutboundMessage)} == {"ready"}


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"after": "-1"}, {"wait": "x"}, {"after": "1e9"}, {"after": "9" * 30}]
)
def test_it_refuses_what_is_no_number(client, me, query):
    assert fetch(client, me, **query).status_code == 400


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_wakes_who_waits(client, me):
    say(client, me)
    threading.Timer(0.4, answer).start()
    began = time.monotonic()
    (message,) = fetch(client, me, after=2, wait=20).json()["messages"]
    assert message["text"] == "有"
    assert time.monotonic() - began < 10


def test_it_wakes_two_clients_of_one_chat(client, me):
    found = []
    waiting = [
        threading.Thread(target=lambda: found.append(fetch(client, me, after=1, wait=20).json()["messages"][0]["text"]))
        for _ in range(2)
    ]
    for thread in waiting:
        thread.start()
    say(client, me, "看到了吗")
    for thread in waiting:
        thread.join()
    assert found == ["看到了吗", "看到了吗"]


def test_it_waits_no_longer_than_told(client, me):
    began = time.monotonic()
    assert fetch(client, me, after=1, wait=1).json()["messages"] == []
    assert 0.9 < time.monotonic() - began < 5


def test_it_is_typing_only_while_the_bot_holds_the_chat(client, me):
    assert fetch(client, me).json()["typing"] is True
    with db.writing() as s:
        s.execute(sa.update(Contact).values(held_by="caseworker"))
    assert fetch(client, me).json()["typing"] is False


def test_it_says_who_speaks(client, me):
    answer("我是小马", sender="caseworker")
    assert fetch(client, me).json()["messages"][0]["from"] == "caseworker"


# -- health ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_database(client, me, monkeypatch):
    def gone(*_args, **_kwargs):
        raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(db, "reading", gone)
    monkeypatch.setattr(db, "writing", gone)


def test_it_confirms_nothing_without_a_database(client, me, no_database):
    for answered in (say(client, me), fetch(client, me), client.post("/api/session", json={})):
        assert answered.status_code == 503
        assert answered.headers["Retry-After"]
        assert "SELECT" not in answered.text
    assert client.get("/healthz").status_code == 503
    assert client.get("/healthz").json()["database"] == "down"
    assert client.get("/").status_code == 200


def test_it_tells_what_is_down(client):
    health = client.get("/healthz")
    assert health.status_code == 503
    told = health.json()
    assert (told["database"], told["rasa"], told["actions"]) == ("up", "down", "down")
    assert told["processes"] == {"relay": "down", "sender": "down", "scheduler": "down"}
    assert told["queues"]["waiting"] == 0


def test_it_is_well_when_all_is_up(client, monkeypatch):
    async def states(_self):
        return {"rasa": "up", "actions": "up"}

    monkeypatch.setattr(type(client.app.state.probes), "states", states)
    with db.writing() as s:
        for process in ("relay", "sender", "scheduler"):
            heartbeats.beat(s, process)
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_gives_figures_to_prometheus(client, me):
    say(client, me)
    text = client.get("/metrics").text
    assert 'wengang_inbound_messages{state="new"} 2.0' in text
    assert 'wengang_web_requests_total{route="/api/messages",status="202"} 1.0' in text


# -- the demo --------------------------------------------------------------------------------------------------------


@pytest.fixture
def demo(client):
    with db.writing() as s:
        rooms.worker(s, "王秀禾", external_id="demo-woman")
    return client


def test_it_lets_one_be_an_invented_person(demo):
    about = demo.get("/api/demo").json()
    assert [person["profile"] for person in about["profiles"]] == ["woman"]
    assert about["desk"] == "http://chat.test:8001/"
    signed_in(demo, {"profile": "woman"})
    assert contact_of().worker_id == 1
    assert demo.post("/api/session", json={"profile": "nobody"}).status_code == 400


def test_it_moves_the_clock(demo):
    before = clock.today()
    moved = demo.post("/api/demo/clock", json={"days": 3})
    assert moved.json() == {"today": (before + dt.timedelta(days=3)).isoformat()}
    assert [demo.post("/api/demo/clock", json={"days": d}).status_code for d in (0, -1, "3", 1000, True)] == [400] * 5


def test_it_shows_nothing_of_the_demo_elsewhere(house, database):
    house(DEMO="0")
    with TestClient(make_app()) as browser:
        assert "demo" not in browser.get("/").text
        assert [browser.get(path).status_code for path in ("/demo", "/api/demo")] == [404, 404]
        assert browser.post("/api/demo/clock", json={"days": 3}).status_code == 404
        assert browser.post("/api/session", json={"profile": "woman"}).status_code == 400
        assert "frame-ancestors 'none'" in browser.get("/").headers["Content-Security-Policy"]
