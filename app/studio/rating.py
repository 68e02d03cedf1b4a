"""Ratings as the window has them: sets made and opened, votes kept, results told, all away from the GUI thread."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.bridge import Bridge
from app.core import presets
from app.core.lab.rating import folder, going, make, result
from app.core.lab.rating.folder import Ballot
from app.core.lab.rating.going import Standing
from app.core.lab.rating.make import Group, Made, Source, Wish
from app.core.lab.rating.result import Outcome
from app.core.lab.rating.values import Key, Said, Set
from app.core.presets import Preset
from app.studio.shelf import Shelving
from engines.contract import Failure, Media, Refused
from engines.files.recipe import Blobs

Sorry = Callable[[Failure], None]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Ratings", text)


class Opened:
    """A set in its folder: who has begun, how far each is, and whether the key is here."""

    def __init__(self, place: Path, keys: Path) -> None:
        self.place = place.absolute()
        self.made: Set = folder.opened(self.place)
        self.begun = {one.rater: going.standing(self.made, one.said) for one in folder.raters(self.place, self.made)}
        self.has_key = folder.key_path(keys, self.made).is_file()


class Ratings(QObject):
    """The studio's ratings. Every answer comes later; `sorry` hears a Failure where something does not work."""

    progress = Signal(int, int)  # done, total: of a set that is being made
    presets_changed = Signal()

    def __init__(self, studio: Shelving) -> None:
        super().__init__(studio)
        self._studio = studio
        self.presets: tuple[Preset, ...] = ()

    @property
    def _bridge(self) -> Bridge:
        return self._studio.bridge

    # ------------------------------------------------------------ sets

    def grouped(self, found: Path | Sequence[Path], then: Callable[[tuple[Group, ...]], None], sorry: Sorry) -> None:
        """The settings that differ between the results of a folder, or between these."""

        def work() -> tuple[Group, ...]:
            known: Sequence[Source] = (
                make.sources(found) if isinstance(found, Path) else [make.source(p) for p in found]
            )
            return make.grouped(known)

        self._bridge.aside(work, then, sorry)

    def make(
        self, place: Path, groups: Sequence[Group], wish: Wish, then: Callable[[Made], None], sorry: Sorry
    ) -> None:
        """Write a set; `progress` says how far it is."""
        keys = self._studio.folders.ratings
        self._bridge.aside(lambda: make.make(place, keys, groups, wish, self.progress.emit), then, sorry)

    def open(self, place: Path, then: Callable[[Opened], None], sorry: Sorry) -> None:
        """The set in a folder."""
        keys = self._studio.folders.ratings
        self._bridge.aside(lambda: Opened(place, keys), then, sorry)

    # ------------------------------------------------------------ votes

    def begin(self, opened: Opened, rater: str, then: Callable[[Ballot], None], sorry: Sorry) -> None:
        """The votes of a rater: none yet, or those so far."""
        self._bridge.call(lambda: Ballot(opened.place, rater, opened.made), then, sorry)

    def media(self, opened: Opened, names: Sequence[str], then: Callable[[list[Media]], None], sorry: Sorry) -> None:
        """Media of a set, as they are shown."""
        self._bridge.aside(lambda: [folder.shown(opened.place, opened.made, name) for name in names], then, sorry)

    def say(self, ballot: Ballot, said: Said, seconds: float, then: Callable[[Standing], None], sorry: Sorry) -> None:
        """Answer what is asked; `then` when that is on the disk."""
        self._bridge.call(lambda: ballot.say(said, seconds), then, sorry)

    def undo(self, ballot: Ballot, then: Callable[[Standing], None], sorry: Sorry) -> None:
        """Take the last answer back."""
        self._bridge.call(ballot.undo, then, sorry)

    # ------------------------------------------------------------ results

    def outcome(
        self, opened: Opened, ballot: Ballot | None, more: Sequence[Path], then: Callable[[Outcome], None], sorry: Sorry
    ) -> None:
        """What the votes in the set and `more` of them say; from then on `ballot` stays as it is. Stars go into the
        history."""
        keys = self._studio.folders.ratings

        def safe() -> Key:
            found = folder.key_of(keys, opened.made)
            if found is None:
                sentence = "The key of this rating is not on this machine; its sender can tell the result."
                raise Refused("missing", sentence)
            if ballot is not None:
                ballot.close()
            return found

        def work(key: Key) -> Outcome:
            return result.outcome(key, list(folder.voted([opened.place, *more])), _tr)

        def known(outcome: Outcome) -> None:
            if outcome.stars:
                self._studio.rate({run: round(stars) for run, stars in outcome.stars.items()})
            then(outcome)

        self._bridge.call(safe, lambda key: self._bridge.aside(lambda: work(key), known, sorry), sorry)

    # ------------------------------------------------------------ presets

    def look_for_presets(self) -> None:
        """Read the presets that were kept."""
        place, blobs = self._studio.folders.presets, Blobs(self._studio.folders.blobs)
        self._bridge.aside(lambda: presets.kept(place, blobs), self._kept)

    def _kept(self, found: tuple[Preset, ...]) -> None:
        self.presets = found
        self.presets_changed.emit()

    def keep_preset(self, recipe_text: str, name: str, why: str, then: Callable[[Any], None], sorry: Sorry) -> None:
        """Keep the settings of a result under a name."""
        place, blobs = self._studio.folders.presets, Blobs(self._studio.folders.blobs)

        def work() -> tuple[Preset, ...]:
            presets.keep(place, blobs, presets.of_recipe(recipe_text, name, why, blobs))
            return presets.kept(place, blobs)

        def done(found: tuple[Preset, ...]) -> None:
            self._kept(found)
            then(name)

        self._bridge.call(work, done, sorry)

    def drop_preset(self, name: str) -> None:
        """Keep a preset no longer."""
        place, blobs = self._studio.folders.presets, Blobs(self._studio.folders.blobs)

        def work() -> tuple[Preset, ...]:
            presets.drop(place, name)
            return presets.kept(place, blobs)

        self._bridge.call(work, self._kept)
