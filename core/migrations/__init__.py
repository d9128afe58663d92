"""The tables' history: each step from an older database to today's models is a file in `versions`."""

from pathlib import Path

import alembic.command
import alembic.config
import sqlalchemy as sa

from core import db
from core.config import settings

FOLDER = Path(__file__).parent


def config(engine: sa.engine.Engine) -> alembic.config.Config:
    """Alembic's settings for one database."""
    made = alembic.config.Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["engine"] = engine
    return made


def upgrade() -> None:
    """Bring the database of this installation to the newest step; all of it or nothing."""
    if settings().sqlite:
        settings().var_dir.mkdir(parents=True, exist_ok=True)
    alembic.command.upgrade(config(db.engine()), "head")
