"""All tables. `docs/data.md` says what each column means; a test keeps the two together."""

from core.models.contacts import (
    ButtonToken,
    CodeSlip,
    Contact,
    ContactWorker,
    Draft,
    Media,
    SealedNumber,
    WebSession,
)
from core.models.messages import InboundMessage, OutboundMessage, SendAttempt
from core.models.placements import (
    Checkin,
    Claim,
    Escalation,
    EscalationEvent,
    Placement,
)
from core.models.staff import AuditEntry, Heartbeat, JobRun, Office, State, User
from core.models.vacancies import Application, Employer, Search, Vacancy
from core.models.workers import Consent, Worker, WorkerFact

__all__ = [
    "Application",
    "AuditEntry",
    "ButtonToken",
    "Checkin",
    "Claim",
    "CodeSlip",
    "Consent",
    "Contact",
    "ContactWorker",
    "Draft",
    "Employer",
    "Escalation",
    "EscalationEvent",
    "Heartbeat",
    "InboundMessage",
    "JobRun",
    "Media",
    "Office",
    "OutboundMessage",
    "Placement",
    "Search",
    "SealedNumber",
    "SendAttempt",
    "State",
    "User",
    "Vacancy",
    "WebSession",
    "Worker",
    "WorkerFact",
]
