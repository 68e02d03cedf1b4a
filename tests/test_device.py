"""What is done between jobs: garbage goes, what lives is not looked at again, and what is dropped goes after all."""

import gc
import weakref
from collections.abc import Iterator

import pytest
import torch

from engines import device


class Ring:
    """Something that only a collection can free."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


def test_what_a_job_leaves_goes() -> None:
    device.tidy()
    left = weakref.ref(Ring())
    device.tidy()
    assert left() is None


def test_what_lives_is_looked_at_once() -> None:
    device.tidy()
    assert len(gc.get_objects()) < 1000
    assert gc.get_freeze_count() > 10_000


def test_what_is_dropped_later_goes_once_thawed() -> None:
    engine = Ring()
    left = weakref.ref(engine)
    device.tidy()
    del engine
    device.tidy()
    assert left() is not None
    device.thaw()
    device.tidy()
    assert left() is None


@pytest.mark.parametrize("shape", [(1, 32, 32), (2, 8, 16), (4, 17, 9), (77, 64, 128)])
def test_a_product_does_not_depend_on_where_in_memory_its_numbers_lie(shape: tuple[int, int, int]) -> None:
    """Else the same weights, loaded in another way, would make another picture (the small ones do with AVX-512)."""
    rows, depth, columns = shape
    generator = torch.Generator().manual_seed(0)
    x, w = torch.randn(rows, depth, generator=generator), torch.randn(columns, depth, generator=generator)
    for offset in range(17):
        moved = torch.empty(x.numel() + offset)[offset:].view_as(x).copy_(x)
        assert torch.equal(torch.nn.functional.linear(moved, w), torch.nn.functional.linear(x, w))
