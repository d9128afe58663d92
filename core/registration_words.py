"""The next question of a registration, with a button for each answer that can be expected."""

from sqlalchemy.orm import Session

from core import areas, buttons, consents, idforms, profile_words
from core import registration_fields as fields
from core.models import Contact, Draft
from core.registration_draft import consent_words, latest, who
from core.registration_fields import BY_NAME
from core.responses import Said, render, text
from core.sequences import Heard


def ask(s: Session, contact: Contact, turn: Heard) -> list[Said]:
    """Say what is asked now, also again after something else was answered. Needs a write transaction."""
    language = turn.language
    draft = latest(s, contact)
    step = draft.data["asking"] if draft is not None else None
    if draft is None or step is None:
        return []
    said = _question(s, contact, draft, step, language)
    return [
        Said(said.text, [*_offered(draft, step, language), *said.buttons, *_ways_out(step, language)], said.ask_for)
    ]


def _question(s: Session, contact: Contact, draft: Draft, step: str, language: str) -> Said:
    data = draft.data
    person = who(data["relation"], language)
    if step in consents.PURPOSES:
        return render(consent_words(step, data["relation"]), language)
    if step == "health":
        return render(
            "utter_consent_health", language, limits=fields.shown("limits", data["facts"]["limits"]["limits"], language)
        )
    if step == "confirm":
        told = {column: value for values in data["facts"].values() for column, value in values.items()}
        return render(
            "utter_registration_ask_confirm", language, lines="\n".join(profile_words.lines(s, told, language))
        )
    if step == "home" and data.get("choices"):
        return render("utter_registration_ask_home_which", language)
    if step == "home" and data.get("inside"):
        return render("utter_registration_ask_home_county", language, area=areas.name(data["inside"], language))
    if step == "id_number" and contact.channel == "telegram":
        return render("utter_registration_ask_id_number_page", language, link=idforms.make(s, contact))
    return render(f"utter_registration_ask_{step}", language, who=person)


def _offered(draft: Draft, step: str, language: str) -> list[dict[str, str]]:
    if step == "home":
        return [_button("home", code, areas.label(code, language)) for code in draft.data.get("choices") or []]
    if step == "change":
        changed = [name for name, values in draft.data["facts"].items() if values and name in BY_NAME][:7]
        return [_button("change", name, text(f"utter_field_{name}", language)) for name in changed]
    return []


def _button(field: str, value: str, title: str) -> dict[str, str]:
    return {"title": title, "payload": buttons.payload_of("choose", {"field": field, "value": value})}


def _ways_out(step: str, language: str) -> list[dict[str, str]]:
    """Skip, and for what is not among the needed few: that is enough."""
    if step not in BY_NAME or BY_NAME[step].needed:
        return []
    out = render("utter_registration_leave", language).buttons
    if step == "id_number":  # it has buttons of its own for leaving it out
        return out[1:]
    return out[:1] if BY_NAME[step].few else out
