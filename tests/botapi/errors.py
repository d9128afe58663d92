"""Answers of a Bot API server that say no."""

from typing import Any


class Refused(Exception):
    """An answer `{"ok": false}` with the code and words that Telegram uses."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> dict:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad(words: str) -> Refused:
    return Refused(400, f"Bad Request: {words}")


def too_many(retry_after: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def blocked() -> Refused:
    return Refused(403, "Forbidden: bot was blocked by the user")


def migrated(chat_id: int) -> Refused:
    return Refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat_id)
