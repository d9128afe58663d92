"""`/audit`: who did what, and whether the chain of entries is whole."""

import sqlalchemy as sa
from starlette.responses import Response

from console.routing import MANAGERS, Visit, page
from core import audit
from core.models import AuditEntry, User

PER_PAGE = 100


@page("/audit", roles=MANAGERS)
def entries(visit: Visit) -> Response:
    """Entries of the users of this manager's area; an administrator sees them all."""
    query = sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PER_PAGE)
    if visit.user.role != "admin":
        logins = visit.s.scalars(sa.select(User.login).where(User.area_code.startswith(visit.user.area_code)))
        query = query.where(AuditEntry.actor.in_([f"user:{login}" for login in logins]))
    for name in ("action", "object_type", "object_id", "actor"):
        if visit.query(name):
            query = query.where(getattr(AuditEntry, name) == visit.query(name))
    if visit.number("before"):
        query = query.where(AuditEntry.id < visit.number("before"))
    listed = list(visit.s.scalars(query))
    return visit.show(
        "audit.html", entries=listed, broken=audit.verify(visit.s), more=len(listed) == PER_PAGE,
        total=visit.s.scalar(sa.select(sa.func.count()).select_from(AuditEntry)),
        filters={n: visit.query(n) for n in ("action", "object_type", "object_id", "actor") if visit.query(n)},
    )  # fmt: skip
