"""A rating set as a folder: `rating.json`, `media/`, and in `votes/` a file for each rater. The key lies elsewhere.

Every vote is on the disk, whole and flushed, before the next is asked for.
"""

import hashlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from app.core.lab.rating import going, values
from app.core.lab.rating.going import Standing
from app.core.lab.rating.values import Key, Said, Set, Vote, Votes
from engines.contract import Media, Refused, medium_of
from engines.files import atomic
from engines.files import media as files

SET, MEDIA, VOTES = "rating.json", "media", "votes"
LARGEST = 2**25  # bytes of a file of JSON that are read


def is_set(place: str | os.PathLike[str]) -> bool:
    """Whether a folder is a rating set by the look of it."""
    return Path(place, SET).is_file()


def opened(place: Path) -> Set:
    """The set in `place`, all its media there. Refused('bad-file') with one sentence."""
    if not is_set(place):
        raise Refused("bad-file", f"{place} is no rating set: there is no {SET} in it.")
    made: Set = values.read(_bytes(place / SET), Set, str(place))
    gone = [name for name in made.names if not _is_plain(place / MEDIA / name)]
    if gone:
        sentence = f"Of the rating set {place} {len(gone)} of {len(made.names)} media are missing; ask for it again."
        raise Refused("bad-file", sentence)
    return made


def shown(place: Path, made: Set, name: str) -> Media:
    """A medium of the set. Refused('bad-file') when it is not what was sent."""
    path = place / MEDIA / name
    if name not in made.names or not _is_plain(path):
        raise Refused("bad-file", f"The rating set {place} has no medium {name}.")
    if digest(path.read_bytes()) != path.stem:
        raise Refused("bad-file", f"The medium {name} of the rating set {place} is damaged; ask for the set again.")
    found = files.read(path)
    if medium_of(found) != made.medium:
        raise Refused("bad-file", f"The medium {name} of the rating set {place} is not of the kind it is said to be.")
    return found


def digest(data: bytes) -> str:
    """What a medium is called: the beginning of its SHA-256."""
    return hashlib.sha256(data).hexdigest()[:32]


# ---------------------------------------------------------------- votes


class Ballot:
    """The votes of one rater on the set in a folder. Begun votes go on where they ended."""

    def __init__(self, place: Path, rater: str, made: Set | None = None) -> None:
        self.place, self.made = place, made or opened(place)
        rater = " ".join(rater.split())[:100]
        if not rater:
            raise Refused("bad-request", "Say who rates: a name tells the votes of several raters apart.")
        self.path = place / VOTES / f"{_slug(rater)}.json"
        self.votes: Votes = Votes(set=self.made.id, rater=rater, session=values.fresh())
        if self.path.exists():
            self.votes = read_votes(self.path)
            if self.votes.set != self.made.id:
                raise Refused("bad-file", f"The votes in {self.path} are of another rating; move them away first.")
            going.standing(self.made, self.votes.said)

    @property
    def standing(self) -> Standing:
        """What is asked next, and how much there can be left."""
        return going.standing(self.made, self.votes.said)

    def say(self, said: Said, seconds: float = 0.0) -> Standing:
        """Answer what is asked, safely. Refused when nothing is asked, or that is no answer, or the disk does not
        obey: then nothing has been said."""
        ask = self.standing.ask
        if ask is None:
            raise Refused("bad-request", "The rating is over: nothing is asked any more.")
        if said not in going.answers(self.made):
            known = ", ".join(going.answers(self.made))
            raise Refused("bad-request", f"{said!r} is no answer here; there are: {known}.")
        vote = Vote(ask.number, said, round(float(seconds), 2), round(time.time(), 2))
        self._keep(msgspec.structs.replace(self.votes, votes=(*self.votes.votes, vote)))
        return self.standing

    def undo(self) -> Standing:
        """Take the last answer back; Refused when there is none, or the result has been looked at."""
        if self.votes.closed:
            raise Refused("bad-request", "The result has been looked at, so no answer can be taken back any more.")
        if not self.votes.votes:
            raise Refused("bad-request", "There is no answer to take back.")
        self._keep(msgspec.structs.replace(self.votes, votes=self.votes.votes[:-1]))
        return self.standing

    def close(self) -> None:
        """The result is about to be looked at: the answers stay as they are from now on."""
        if not self.votes.closed:
            self._keep(msgspec.structs.replace(self.votes, closed=True))

    def _keep(self, votes: Votes) -> None:
        with _writing(self.path):
            self.path.parent.mkdir(exist_ok=True)
            atomic.write(self.path, msgspec.json.format(msgspec.json.encode(votes), indent=1))
        self.votes = votes


def read_votes(path: Path) -> Votes:
    """The votes in a file. Refused('bad-file')."""
    found: Votes = values.read(_bytes(path), Votes, path.name)
    return found


def voted(places: Sequence[Path]) -> Iterator[Votes]:
    """All votes in files, in folders of them, and in sets that came back; each rater's once, the fullest of copies."""
    found: dict[str, Votes] = {}
    for path in _vote_files(places):
        votes = read_votes(path)
        before = found.get(votes.session)
        if before is None or len(before.votes) < len(votes.votes):
            found[votes.session] = votes
    yield from found.values()


def _vote_files(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            inside = place / VOTES if is_set(place) else place
            yield from sorted(path for path in inside.glob("*.json") if path.name != SET)
        else:
            yield place


def raters(place: Path, made: Set) -> tuple[Votes, ...]:
    """Who has begun to rate here; files that are no votes of this set are passed over."""
    found = []
    for path in _vote_files([place]):
        try:
            votes = read_votes(path)
            going.standing(made, votes.said)
        except Refused:
            continue
        found += [votes] if votes.set == made.id else []
    return tuple(found)


# ---------------------------------------------------------------- keys


def key_path(keys: Path, made: Set) -> Path:
    """Where the key of a set lies in the folder of keys."""
    return keys / f"{made.id}.json"


def key_of(keys: Path, made: Set) -> Key | None:
    """The key of a set; None when it is not here, as on a rater's machine. Refused('bad-file') when it is damaged."""
    path = key_path(keys, made)
    return read_key(path) if path.is_file() else None


def read_key(path: Path) -> Key:
    """The key in a file. Refused('bad-file')."""
    found: Key = values.read(_bytes(path), Key, path.name)
    return found


def write(place: Path, keys: Path, key: Key, media: dict[str, bytes]) -> None:
    """Write a set and its key: the media and the key first, so that a set that is there is whole and has its key."""
    with _writing(place / SET):
        (place / MEDIA).mkdir(parents=True, exist_ok=True)
        keys.mkdir(parents=True, exist_ok=True)
        for name in sorted(media):  # by their hashes: the order on the disk says nothing either
            atomic.write(place / MEDIA / name, media[name])
        atomic.write(place / "HOW TO RATE.txt", HOW.encode())
        atomic.write(key_path(keys, key.set), msgspec.json.encode(key))
        atomic.write(place / SET, msgspec.json.encode(key.set))


HOW = f"""This folder is a blind rating. Open it with Darkroom (Run > Rate a set ..., or `darkroom rate FOLDER`),
say who you are, and choose. You can stop at any time and go on later. It ends by itself when enough is known.
Then send back what is in the folder {VOTES!r}.
"""


# ---------------------------------------------------------------- files


def _slug(rater: str) -> str:
    """A file name for a rater: letters and digits of any script; 'votes-' keeps it off names with a meaning."""
    plain = re.sub(r"[^\w]+", "-", rater.casefold()).strip("-")[:40]
    return f"votes-{plain or hashlib.sha256(rater.encode()).hexdigest()[:8]}"


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _bytes(path: Path) -> bytes:
    """What is in a small file. Refused('bad-file')."""
    try:
        if path.stat().st_size > LARGEST:
            raise Refused("bad-file", f"{path} is far too large to be part of a rating.")
        return path.read_bytes()
    except OSError as error:
        raise Refused("bad-file", f"{path} cannot be read: {error.strerror}.") from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused("disk", atomic.sentence(error, path).sentence) from error
