"""Pages without the chat: the one-time form for an ID number, and the copy of a person's data."""

from starlette.routing import Route


def routes() -> list[Route]:
    return []
