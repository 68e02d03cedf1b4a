"""Batches made ahead are those that would have been made on the spot, in their order, also after a jump."""

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
