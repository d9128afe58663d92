"""Settings: the one reader of the environment and of `.env` (documented in docs/settings.md)."""

import contextlib
import functools
import secrets
from pathlib import Path
from typing import Literal

from pydantic import BaseSettings, Field, root_validator, validator

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything an operator can set; a bad value does not start (pydantic raises `ValidationError`)."""

    var_dir: Path = Field(ROOT / "var", env="WENGANG_VAR")
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    demo: bool | None = None

    telegram_token: str = ""
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_api_base: str = "https://api.telegram.org"
    telegram_webhook_secret: str = ""
    telegram_caseworker_chat: str = ""
    caseworker_webhook: str = ""
    sms_gateway_url: str = ""

    public_url: str = ""
    bind: str = "127.0.0.1"
    bot_port: int = 8000
    console_port: int = 8001
    rasa_url: str = "http://127.0.0.1:5005"
    actions_url: str = "http://127.0.0.1:5055/webhook"

    send_rate: float = Field(25, gt=0)
    quiet_hours: str = "21:00-08:00"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    class Config:
        env_file = ROOT / ".env"
        env_file_encoding = "utf-8"

    @validator("rasa_url", pre=True)
    def _rasa_port(cls, value: str) -> str:
        return f"http://127.0.0.1:{value}" if str(value).isdigit() else value

    @validator("actions_url", pre=True)
    def _actions_port(cls, value: str) -> str:
        return f"http://127.0.0.1:{value}/webhook" if str(value).isdigit() else value

    @validator("quiet_hours")
    def _quiet_hours(cls, value: str) -> str:
        hours = [part.split(":") for part in value.split("-")]
        if len(hours) != 2 or not all(len(h) == 2 and int(h[0]) < 24 and int(h[1]) < 60 for h in hours):
            raise ValueError("QUIET_HOURS must look like 21:00-08:00")
        return value

    @root_validator
    def _defaults(cls, values: dict) -> dict:
        if "var_dir" not in values:
            return values
        if not values.get("database_url"):
            values["database_url"] = f"sqlite:///{values['var_dir'] / 'wengang.db'}"
        if values.get("demo") is None:
            values["demo"] = values["database_url"].startswith("sqlite")
        if not values.get("secret_key"):
            values["secret_key"] = _demo_secret(values["var_dir"], values["demo"])
        if values.get("telegram_mode") == "webhook" and len(values.get("telegram_webhook_secret") or "") < 32:
            raise ValueError("TELEGRAM_MODE=webhook needs TELEGRAM_WEBHOOK_SECRET of 32 characters or more")
        return values

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def tracker_url(self) -> str:
        """Where Rasa keeps its conversations: on SQLite a file of its own, for Rasa writes while the house does."""
        return f"sqlite:///{self.var_dir / 'tracker.db'}" if self.sqlite else self.database_url

    @property
    def base_url(self) -> str:
        """Address that a worker's browser can open, without a trailing slash."""
        return (self.public_url or f"http://{self.bind}:{self.bot_port}").rstrip("/")


def _demo_secret(var_dir: Path, demo: bool) -> str:
    if not demo:
        raise ValueError("SECRET_KEY is required outside demo mode: it seals ID numbers and phones")
    path = var_dir / "secret_key"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{secrets.token_hex(4)}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(temporary)
        temporary.unlink()
    return path.read_text().strip()


@functools.lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once; tests call `settings.cache_clear()` after changing the environment."""
    return Settings()  # type: ignore[call-arg]
