"""What a pickle's program leaves behind when nothing of it is run: names, storages, views of them, and leftovers."""

import math

from msgspec import Struct

from engines.files import weights


class Named(Struct, frozen=True):
    """A global the file names, as 'module.name'. Never looked up."""

    full: str


class Left(Struct, frozen=True):
    """In place of an object that was not made. `needed`: were it among the weights, they could not be read."""

    name: str
    needed: bool


class Storage(Struct, frozen=True):
    """A run of numbers under `key` in the file: `numel` of them in view, from the `first` of `whole` in all."""

    key: str
    dtype: str
    whole: int
    first: int
    numel: int

    @property
    def width(self) -> int:
        """Bytes of a number."""
        return weights.bits(self.dtype) // 8


class View(Struct, frozen=True):
    """A tensor: a shape over a storage; `offset` and `strides` count numbers of `dtype`."""

    storage: Storage
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def width(self) -> int:
        return weights.bits(self.dtype) // 8

    @property
    def numel(self) -> int:
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        return self.numel * self.width

    @property
    def span(self) -> int:
        """How many numbers lie from its first to its last."""
        return 1 + sum((n - 1) * s for n, s in zip(self.shape, self.strides, strict=True)) if self.numel else 0

    @property
    def start(self) -> int:
        """Where its first number is, in bytes of the whole storage."""
        return self.storage.first * self.storage.width + self.offset * self.width

    @property
    def plain(self) -> bool:
        """Whether its numbers lie one after the other."""
        wanted = 1
        for n, stride in zip(reversed(self.shape), reversed(self.strides), strict=True):
            if n != 1 and stride != wanted:
                return not self.numel
            wanted *= n
        return True
