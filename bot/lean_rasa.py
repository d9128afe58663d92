"""`python -m bot.lean_rasa …`: the `rasa` command without TensorFlow, that is half of its start and 190 MB.

Rasa imports TensorFlow for components that this house does not run. Here its names can be inherited from and named in
types, as Rasa's modules do when they are imported; whoever uses one is told why there is none. A pipeline with one of
the components that need it gets the real one.
"""

import importlib.abc
import importlib.machinery
import runpy
import sys
import types
from collections.abc import Sequence
from typing import Any

from core.config import ROOT

LEFT_OUT = {"tensorflow", "keras"}
IN_NEED = ("DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy", "ConveRT", "LanguageModel")


class Absent(type):
    """A class of TensorFlow's that is not there."""

    def __getattr__(cls, name: str) -> "Absent":
        return _absent(name)

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise RuntimeError(f"{cls.__name__} needs TensorFlow, which bot/lean_rasa.py leaves out")


def _absent(name: str) -> Absent:
    if name.startswith("__"):
        raise AttributeError(name)
    return Absent(name, (), {})


class Hollow(types.ModuleType):
    """A module of TensorFlow's that is not there."""

    def __getattr__(self, name: str) -> Absent:
        return _absent(name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds hollow modules for what is left out."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in LEFT_OUT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Hollow:
        return Hollow(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        return


def main() -> None:
    pipeline = (ROOT / "config.yml").read_text(encoding="utf-8")
    if not any(name in pipeline for name in IN_NEED):
        sys.meta_path.insert(0, Finder())
    runpy.run_module("rasa", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
