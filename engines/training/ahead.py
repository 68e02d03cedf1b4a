"""Batches made ahead by other processes, so that an accelerator never waits for them.

Beside a CPU, where every core is at work on the network, they are made when they are asked for.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.device import threads

WAITING = 6  # batches made for each process before they are asked for
MOST = 4  # processes
TIMES = 4  # samples of a step on an accelerator for one on a CPU: there they take hardly longer

Batch = tuple[Tensor, ...]
Make = Callable[[int], Sequence[Tensor]]
_makers: list[Make] = []  # in a helper: the one function it calls
PR_SET_PDEATHSIG = 1  # prctl(2): the signal a process gets when the one that made it ends


class Ahead:
    """`ahead(step)` is `make(step)` on `device`; steps are asked for in order, one after another.

    `make` gives CPU tensors and depends on the step alone, so that a resumed training goes on as if never broken off.
    """

    def __init__(self, make: Make, device: str) -> None:
        self.make, self.device = make, device
        self.waiting: deque[tuple[int, Future[list[np.ndarray]]]] = deque()
        self.pool: ProcessPoolExecutor | None = None
        count = helpers(device)
        if count:  # forked, so that `make` need not be sent: closures cannot be
            context = multiprocessing.get_context("fork")
            self.pool = ProcessPoolExecutor(count, context, initializer=_begin, initargs=(make,))
        self.most = WAITING * count

    def __call__(self, step: int) -> Batch:
        if self.pool is None:
            return tuple(part.to(self.device) for part in self.make(step))
        if not self.waiting or self.waiting[0][0] != step:
            self.waiting.clear()
        while len(self.waiting) < self.most:
            asked = self.waiting[-1][0] + 1 if self.waiting else step
            self.waiting.append((asked, self.pool.submit(_made, asked)))
        made = self.waiting.popleft()[1].result()
        return tuple(torch.from_numpy(part).to(self.device) for part in made)


def _begin(make: Make) -> None:
    """Make ready a helper: one thread, and an end when the training is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    torch.set_num_threads(1)
    _makers[:] = [make]


def _made(step: int) -> list[Any]:
    return [part.numpy() for part in _makers[0](step)]


def helpers(device: str) -> int:
    """How many processes make batches for `device`: none but beside CUDA on Linux."""
    if torch.device(device).type != "cuda" or sys.platform != "linux":
        return 0
    return max(1, min(MOST, threads() - 1))


def sized(batch: int, device: str) -> int:
    """How many samples a step has on `device` when it has `batch` on a CPU."""
    return batch if torch.device(device).type == "cpu" else TIMES * batch
