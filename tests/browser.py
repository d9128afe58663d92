"""A Chromium for the tests: the machine's own, else Playwright's download, else Debian's package when root."""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _own() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _downloaded(install: bool) -> str | None:
    if install:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True)
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def _packaged() -> str | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "PATH": os.environ["PATH"]}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "chromium", "fonts-noto-cjk"]):
        subprocess.run(["apt-get", *command], check=False, capture_output=True, env=quiet)
    return _own()


@functools.lru_cache
def executable() -> str:
    """The path of a browser, which is fetched if there is none; RuntimeError if that fails too."""
    found = _own() or _downloaded(install=False) or _downloaded(install=True) or _packaged()
    if found is None:
        raise RuntimeError("no Chromium: install chromium or google-chrome, or run `playwright install chromium`")
    return found


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser; its own processes are gone at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
