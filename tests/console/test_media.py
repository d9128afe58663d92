import pytest

from core import db, media
from core.models import Contact

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def photo(ids):
    """A photo that the chat of the tests has sent."""

    def sent(data=PNG):
        name = media.write(data)
        with db.writing() as s:
            return media.put(s, s.get(Contact, ids.contact), "photo", name, media.content_type(data), len(data)).id

    return sent


def test_it_hands_a_file_to_those_of_the_area_only(sit, ids, photo):
    number = photo()
    answer = sit("county").get(f"/media/{number}")
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, PNG, "image/png")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="photo-{number}.png"'
    assert sit("abroad").get(f"/media/{number}").status_code == 404


def test_it_hides_the_files_of_who_complained_of_this_user(sit, ids, photo):
    assert sit("helper").get(f"/media/{photo()}").status_code == 404


def test_it_runs_nothing_that_somebody_sent(sit, ids, photo):
    answer = sit("county").get(f"/media/{photo(b'<script>alert(1)</script>')}")
    assert answer.headers["Content-Type"] == media.UNKNOWN
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_it_has_nothing_while_the_file_is_on_its_way(sit, ids):
    with db.writing() as s:
        number = media.expect(s, s.get(Contact, ids.contact), "voice", "file1", 5).id
    assert sit("county").get(f"/media/{number}").status_code == 404
