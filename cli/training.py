"""`wengang train`: the dialogue model, named by the hash of all that goes into it."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import click

from core.config import ROOT, settings

CODE = ("bot/nlu_components.py", "bot/softmax.py", "core/spelling.py")
INPUTS = (*CODE, "config.yml", "domain.yml", "requirements.txt", "nlu/**/*.yml", "nlu/**/*.txt")
KEPT = 3


def fingerprint() -> str:
    """Twelve characters that change when any input of the model does."""
    digest = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def model_path() -> Path:
    """Where the model of the present inputs lies, or will lie."""
    return ROOT / "models" / f"{fingerprint()}.tar.gz"


def is_fresh() -> bool:
    """Whether that model stands; it is then made the newest, the one that Rasa loads."""
    path = model_path()
    if path.exists():
        path.touch()
    return path.exists()


def quiet_environment() -> dict[str, str]:
    """What keeps Rasa's libraries quiet and on one thread."""
    return {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "OMP_NUM_THREADS": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONPATH": str(ROOT),
    }


def begin(log: Path) -> subprocess.Popen:
    """Start training in a process of its own; its words go to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bot.lean_rasa", "train", "--data", "nlu", "--fixed-model-name", fingerprint()]
    with log.open("w") as out:
        return subprocess.Popen(
            command, cwd=ROOT, env=quiet_environment(), stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )


def drop_old_models() -> None:
    models = sorted((ROOT / "models").glob("*.tar.gz"), key=lambda p: p.stat().st_mtime)
    for path in models[:-KEPT]:
        path.unlink()


@click.command()
@click.option("--force", is_flag=True, help="Train even if the model is fresh.")
def train(force: bool) -> None:
    """Train the dialogue model if it is older than its inputs."""
    if is_fresh() and not force:
        click.echo(f"The model is fresh: {model_path().name}")
        return
    log = settings().var_dir / "log" / "train.log"
    path = model_path()  # an input that is edited meanwhile names another
    process, began = begin(log), time.monotonic()
    while process.poll() is None:
        time.sleep(1)
        if sys.stderr.isatty():
            click.echo(f"\rTraining … {time.monotonic() - began:.0f} s", nl=False, err=True)
    if process.returncode or not path.exists():
        click.echo("\n".join(log.read_text().splitlines()[-15:]), err=True)
        raise click.ClickException(f"training failed; all of it is in {log}")
    drop_old_models()
    click.echo(f"\nTrained in {time.monotonic() - began:.0f} s: models/{path.name}")
