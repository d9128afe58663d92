"""Rasa without TensorFlow."""

import subprocess
import sys

import pytest

from bot import lean_rasa
from core.config import ROOT

NAMES = """
import sys
from bot import lean_rasa
sys.meta_path.insert(0, lean_rasa.Finder())
import tensorflow as tf
from keras.utils import tf_utils
class Layer(tf.keras.layers.Layer): ...
assert not isinstance("text", tf.Tensor)
try:
    Layer()
except RuntimeError as error:
    print(error)
"""


def _python(*words: str) -> str:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    ).stdout


def test_it_can_be_named_and_inherited_from_but_not_used():
    assert _python("-c", NAMES).strip() == "Layer needs TensorFlow, which bot/lean_rasa.py leaves out"


def test_it_is_the_whole_rasa_command():
    assert "Rasa Version      :         3.6.21" in _python("-m", "bot.lean_rasa", "--version")


@pytest.mark.parametrize("name", ["json", "sklearn.linear_model", "kerastuner"])
def test_it_leaves_everything_else_in(name):
    assert lean_rasa.Finder().find_spec(name, None) is None
