"""Batches made ahead are those that would have been made on the spot, in their order, also after a jump."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
import torch
from torch import Tensor

from engines.training import ahead
from engines.training.ahead import Ahead, helpers, sized


def make(step: int) -> tuple[Tensor, Tensor]:
    chance = torch.Generator().manual_seed(step)
    return torch.randn(3, 2, generator=chance), torch.tensor([step])


@pytest.mark.parametrize("count", [0, 2])
def test_batches_are_those_of_their_steps(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "helpers", lambda device: count)
    source = Ahead(make, "cpu")
    for step in (1, 2, 3, 40, 41, 7):
        found, number = source(step)
        assert torch.equal(found, make(step)[0])
        assert number.item() == step


def test_a_cpu_has_no_helpers_and_small_steps() -> None:
    assert helpers("cpu") == 0 < helpers("cuda:0")
    assert sized(16, "cpu") == 16 < sized(16, "cuda")


def test_what_goes_wrong_in_a_helper_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "helpers", lambda device: 1)

    def broken(step: int) -> tuple[Tensor]:
        raise ValueError(f"no batch {step}")

    with pytest.raises(ValueError, match="no batch 5"):
        Ahead(broken, "cpu")(5)


KILLED = """
import time, torch
from engines.training import ahead
ahead.helpers = lambda device: 2
source = ahead.Ahead(lambda step: (torch.ones(2) * step,), "cpu")
source(1)
print("begun", flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="helpers are forked on Linux alone")
def test_helpers_end_with_a_training_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True) as training:
        assert training.stdout is not None
        assert training.stdout.readline() == "begun\n"
        helping = psutil.Process(training.pid).children()
        assert len(helping) == 2
        os.kill(training.pid, signal.SIGKILL)
    until = time.monotonic() + 20
    while any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in helping):
        assert time.monotonic() < until
        time.sleep(0.05)
