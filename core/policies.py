"""Tables of knowledge under `policy/`, read once."""

import functools
from typing import Any

from ruamel.yaml import YAML

from core.config import ROOT


@functools.lru_cache
def load(name: str) -> dict[str, Any]:
    """The whole of `policy/<name>.yml`."""
    return YAML(typ="safe").load((ROOT / "policy" / f"{name}.yml").read_text(encoding="utf-8"))
