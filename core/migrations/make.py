"""Write the next step of the tables' history from the models: `.venv/bin/python -m core.migrations.make "what changes"`.

Before the first release the first step is simply written anew:
`rm core/migrations/versions/0001_first.py && .venv/bin/python -m core.migrations.make first`.
"""

import sys
import tempfile
from pathlib import Path

import alembic.command

from core import db, migrations


def make(message: str) -> Path:
    """The new file: what takes a database of the last step to the models. Read it before you commit it."""
    steps = migrations.FOLDER / "versions"
    steps.mkdir(exist_ok=True)
    number = 1 + len(list(steps.glob("*.py")))
    with tempfile.TemporaryDirectory() as folder:
        engine = db.make_engine(f"sqlite:///{folder}/empty.db")
        config = migrations.config(engine)
        alembic.command.upgrade(config, "head")
        alembic.command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()
    return next(steps.glob(f"{number:04d}_*.py"))


if __name__ == "__main__":
    print(make(" ".join(sys.argv[1:])))
