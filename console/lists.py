"""`/lists`: who is in work, and who wants work; each count opens into its persons."""

from collections import Counter

from starlette.responses import Response

from console.routing import Visit, page
from core import clock, lists

EVIDENCE = ("confirmed", "said", "stale")


def area(visit: Visit) -> str:
    """The area asked for, if it lies in the user's own; otherwise the user's own."""
    wanted = visit.query("area")
    return wanted if wanted.startswith(visit.user.area_code) else visit.user.area_code


@page("/lists")
def both(visit: Visit) -> Response:
    """The two lists by county and township; the list in work by how well it is proved."""
    today, prefix = clock.today(), area(visit)
    found = {which: lists.rows(visit.s, which, today, prefix) for which in lists.LISTS}
    places = sorted({(r["county_code"], r["township_code"] or "") for rows in found.values() for r in rows})
    counted = {
        which: Counter((r["county_code"], r["township_code"] or "") for r in rows) for which, rows in found.items()
    }
    return visit.show(
        "lists.html", area=prefix, places=places, counted=counted, evidence_words=EVIDENCE,
        evidence=Counter(row["evidence"] for row in found[lists.IN_WORK]),
        totals={which: len(rows) for which, rows in found.items()},
    )  # fmt: skip


@page("/lists/{which}")
def one(visit: Visit, which: str) -> Response:
    """The persons of one list, narrowed by township and by evidence."""
    which = which if which in lists.LISTS else lists.IN_WORK
    rows = lists.rows(visit.s, which, clock.today(), area(visit))
    for name in ("township_code", "evidence"):
        rows = [row for row in rows if not visit.query(name) or row[name] == visit.query(name)]
    return visit.show(
        "list.html", which=which, rows=rows, area=area(visit), township=visit.query("township_code"),
        evidence=visit.query("evidence"), evidence_words=EVIDENCE,
    )  # fmt: skip
