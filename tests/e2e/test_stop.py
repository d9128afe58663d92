"""Stopping: whenever it is asked, and asked twice, nothing is left and nothing complains."""

import os
import signal

import psutil
import pytest

from tests.e2e.stack import Stack, until


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_leaves_no_process_behind(tmp_path, how):
    stack = Stack(tmp_path, DEMO="0", SECRET_KEY="s" * 32).start()
    until(lambda: "desk is open" in stack.log.read_text(), 120, "the desk")
    family = psutil.Process(stack.process.pid).children(recursive=True)
    os.kill(stack.process.pid, how)
    assert stack.stop(how) < 10
    assert len(family) > 3
    assert stack.process.returncode == 0
    assert "Traceback" not in stack.log.read_text()
    assert stack.log.read_text().rstrip().endswith("Stopped.")


def test_it_can_be_stopped_while_it_is_starting(tmp_path):
    stack = Stack(tmp_path, DEMO="0", SECRET_KEY="s" * 32).start()
    until(lambda: stack.pid("console"), 60, "the first processes")
    assert stack.stop() < 10
    assert "Traceback" not in stack.log.read_text()
