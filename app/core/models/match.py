"""Which models go together, and which are the same file twice."""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from app.core.models.entry import Model
from engines.files import sniff, weights
from engines.files.sniff import fit

_HEAD, _SAMPLE, _SAMPLES = 64 * 1024, 4096, 8
_FIRST = {"vae": 0, "text-encoder": 0, "image-encoder": 0, "vocoder": 0}  # single files stand before bigger things


class Need(Struct, frozen=True):
    """One thing a model needs: `given` by models that surely have it, `maybe` by ones of the same shape, which only
    their weights could tell apart. `inside` where the model brings it itself."""

    part: str
    title: str
    inside: bool = False
    given: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether it is there, or may be."""
        return self.inside or bool(self.given or self.maybe)


class Shelf:
    """Models by what they give, so that many can be matched quickly."""

    def __init__(self, models: Iterable[Model]) -> None:
        self._sure: dict[str, list[Model]] = {}
        self._maybe: dict[str, list[Model]] = {}
        for model in models:
            if model.trouble:
                continue
            if model.is_network and model.family and not model.missing:
                for family in {model.family, fit.ALIKE.get(model.family, model.family)}:
                    self._sure.setdefault(f"@{family}", []).append(model)
            for part in model.parts:
                place = self._maybe if "|" in part else self._sure
                for one in part.split("|"):
                    place.setdefault(one, []).append(model)
        for models in (*self._sure.values(), *self._maybe.values()):
            models.sort(key=lambda one: (_FIRST.get(one.kind, 1), one.path))

    def needs(self, model: Model) -> tuple[Need, ...]:
        """Every need of `model` and who meets it, single files before bigger things."""
        return tuple(self._need(part, model) for part in model.needs)

    def lacks(self, model: Model) -> tuple[str, ...]:
        """What keeps `model` from being used: what its folder lacks, and parts that no known model brings."""
        return model.missing + tuple(f"no {_title(part)}" for part in model.needs if not self._has(part, model))

    def _need(self, part: str, model: Model) -> Need:
        given, maybe = self._paths(self._sure, part), self._paths(self._maybe, part)
        return Need(part, _title(part), _inside(part, model), given, maybe)

    def _has(self, part: str, model: Model) -> bool:
        """Whether that need would be met."""
        return _inside(part, model) or part in self._sure or part in self._maybe

    @staticmethod
    def _paths(found: dict[str, list[Model]], part: str) -> tuple[str, ...]:
        return tuple(model.path for model in found.get(part, ()))


def giving(models: Iterable[Model]) -> list[tuple[str, str, tuple[str, ...]]]:
    """(path, family of its network, parts) of the sound ones that a network in a file of its own may need beside it."""
    sound = [model for model in models if not (model.trouble or model.missing)]
    whole = [model for model in sound if model.form == "pipeline"]
    loose = [model for model in sound if model.form == "file" and model.kind in ("vae", "text-encoder")]
    return [(one.path, one.family, one.parts) for one in whole] + [(one.path, "", one.parts) for one in loose]


def _inside(part: str, model: Model) -> bool:
    return part in model.parts or (model.form == "pipeline" and not model.missing)


def _title(part: str) -> str:
    return f"model of {sniff.called(part[1:])}" if part.startswith("@") else sniff.PARTS[part][0]


def mark(path: str) -> str:
    """A quick hash: the size, the first 64 KiB (a header or the most of one) and eight samples of the rest."""
    digest = hashlib.blake2b(digest_size=16)
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        digest.update(size.to_bytes(8, "little"))
        digest.update(file.read(_HEAD))
        for n in range(1, _SAMPLES + 1) if size > _HEAD else ():
            file.seek(max(_HEAD, (size - _SAMPLE) * n // _SAMPLES))
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()


def duplicates(models: Sequence[Model], marked: Callable[[str], str] = mark) -> list[tuple[Model, ...]]:
    """Groups of single files that look the same by size and `marked`. Links to one file are one file."""
    sizes: dict[int, dict[str, Model]] = {}
    for model in models:
        if len(model.files) == 1:
            sizes.setdefault(model.bytes, {}).setdefault(model.files[0], model)
    groups: dict[tuple[int, str], list[Model]] = {}
    for size, same in sizes.items():
        for place, model in same.items() if len(same) > 1 else ():
            try:
                groups.setdefault((size, marked(place)), []).append(model)
            except OSError:
                continue  # gone since it was listed
    return [tuple(group) for group in groups.values() if len(group) > 1]


def confirmed(group: Sequence[Model]) -> list[tuple[Model, ...]]:
    """Of models that look the same those that are, by the SHA-256 of the whole files. Reads all of them: slow."""
    found: dict[str, list[Model]] = {}
    for model in group:
        found.setdefault(weights.sha256(model.files[0]), []).append(model)
    return [tuple(same) for same in found.values() if len(same) > 1]
