"""What is done between jobs: garbage goes, what lives is not looked at again, and what is dropped goes after all."""

import gc
import weakref
from collections.abc import Iterator

import pytest

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
