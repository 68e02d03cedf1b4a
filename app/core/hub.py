"""Models from the hub, got only when they are asked for: what there is, how big, under which licence, then the files.

Programs are never taken, nor pickles: weights in safetensors or GGUF, and the texts that belong to them.
"""

import os
import re
import time
import urllib.error
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from app.core import fetch
from app.core.fetch import Wanted
from engines.contract import Refused
from engines.files import gguf, weights
from engines.files.source import shown

TAKEN = (".safetensors", ".json", ".txt", ".model")  # endings of what is taken of a whole repository
ALONE = (*TAKEN, ".gguf", ".sft")  # and of what is taken when it is named
TEXTS = ("readme.md", "license", "license.md", "licence")
LONGEST = 20_000_000  # bytes of the hub's answer about one model
FILES = 5_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_TWIN = re.compile(r"\.(fp16|bf16|fp32|non_ema|ema)(?=[.-])")


class Offer(Struct, frozen=True):
    """What would be got: `files` of `name` at the version `revision`, into `folder`; `here` bytes are there."""

    name: str
    revision: str
    licence: str
    files: tuple[Wanted, ...]
    folder: Path
    here: int = 0

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(file.size for file in self.files)

    @property
    def path(self) -> Path:
        """What is opened when it is there: the one file, or the folder."""
        return self.folder / self.files[0].name if len(self.files) == 1 else self.folder


class News(Struct, frozen=True):
    """How far a download is: `done` of `total` bytes, the file that comes now, seconds left where that is known."""

    file: str
    done: int
    total: int
    left: float | None = None


def endpoint() -> str:
    """The address of the hub; HF_ENDPOINT names another."""
    from huggingface_hub import constants

    return os.environ.get("HF_ENDPOINT", constants.ENDPOINT).rstrip("/")


def token() -> str:
    """The user's own, from the environment alone."""
    return os.environ.get("HF_TOKEN", "").strip()


def offer(wish: str, base: Path) -> Offer:
    """What 'OWNER/NAME' or 'OWNER/NAME:file' is on the hub, to go below `base`. Asks the hub; takes nothing.

    Refused in one sentence when there is no such thing, or nothing of it is taken.
    """
    name, _, file = wish.strip().partition(":")
    if not _NAME.fullmatch(name):
        raise Refused("bad-request", f"{shown(wish)} is no name of a model; write OWNER/NAME or OWNER/NAME:file.")
    told = _told(name)
    rows = [row for row in told.siblings if _plain(row.rfilename)][:FILES]
    chosen = [row for row in rows if row.rfilename == file] if file else _chosen(rows)
    if not chosen:
        raise Refused("missing", _nothing(name, file))
    if file and not file.lower().endswith((*ALONE, *TEXTS)):
        raise Refused("bad-request", f"{shown(file)} could run code or is no model; only {', '.join(ALONE)} are taken.")
    files = tuple(_wanted(name, told.sha, row) for row in sorted(chosen, key=lambda row: row.rfilename))
    folder = base / name.replace("/", os.sep)
    here = sum(fetch.there(folder, one) for one in files)
    return Offer(name, told.sha, told.licence, files, folder, here)


def get(offered: Offer, clock: Callable[[], float] = time.monotonic) -> Iterator[News]:
    """Get what is offered and not there yet. Closing the iterator pauses; beginning anew goes on where it ended."""
    done, began, first = sum(fetch.there(offered.folder, one) for one in offered.files), clock(), None
    first = done
    for one in offered.files:
        before = done - fetch.there(offered.folder, one)
        for now in fetch.fetched(offered.folder, one, token()):
            done, spent = before + now, clock() - began
            left = (offered.size - done) * spent / (done - first) if done > first else None
            yield News(one.name, done, offered.size, left)
        done = before + one.size
        _sound(offered.folder / one.name)
    yield News("", offered.size, offered.size, 0.0)


def discard(offered: Offer) -> None:
    """Throw away what there is of files that are not whole."""
    for one in offered.files:
        fetch.part_of(offered.folder, one).unlink(missing_ok=True)


class _Lfs(Struct):
    sha256: str = ""
    size: int = 0


class _Row(Struct):
    rfilename: str
    size: int = 0
    blob: str = msgspec.field(default="", name="blobId")
    lfs: _Lfs | None = None


class _Told(Struct):
    sha: str
    siblings: list[_Row]
    card: dict[str, Any] | None = msgspec.field(default=None, name="cardData")

    @property
    def licence(self) -> str:
        card = self.card or {}
        named = [card.get("license_name"), card.get("license")]
        said = next((one for one in named if isinstance(one, str) and one not in ("", "other")), "not said")
        return shown(said)


def _told(name: str) -> _Told:
    address = f"{endpoint()}/api/models/{name}/revision/main?blobs=true"
    try:
        with fetch.asked(address, token()) as answer:
            text = answer.read(LONGEST + 1)
    except (*fetch.BROKEN, urllib.error.URLError) as error:
        raise fetch.refused(error, name) from error
    try:
        found = msgspec.json.decode(text, type=_Told) if len(text) <= LONGEST else None
    except msgspec.MsgspecError:
        found = None
    if found is None or not re.fullmatch(r"[0-9a-f]{40}", found.sha):
        raise Refused("bad-file", f"The hub's answer about {shown(name)} cannot be read; try again later.")
    return found


def _plain(name: str) -> bool:
    """Whether a name stays in its folder, and can be written on any disk."""
    parts = PurePosixPath(name).parts
    bad = any(part in ("..", "/") or part.startswith(".") or part.endswith((".", " ")) for part in parts)
    return bool(parts) and not bad and not set(name) & set('\\:*?"<>|') and name.isprintable() and len(name) < 200


def _chosen(rows: Sequence[_Row]) -> list[_Row]:
    """Of a whole repository: a pipeline's parts where it is one, and no weights that are there in another form too."""
    names = {row.rfilename for row in rows}
    taken = [row for row in rows if row.rfilename.lower().endswith((*TAKEN, *TEXTS))]
    if "model_index.json" in names:
        taken = [row for row in taken if "/" in row.rfilename or not row.rfilename.endswith(".safetensors")]
    taken = [row for row in taken if (plain := _TWIN.sub("", row.rfilename)) == row.rfilename or plain not in names]
    return taken if any(row.rfilename.endswith(".safetensors") for row in taken) else []


def _wanted(name: str, revision: str, row: _Row) -> Wanted:
    address = f"{endpoint()}/{name}/resolve/{revision}/{quote(row.rfilename)}"
    if row.lfs is not None and re.fullmatch(r"[0-9a-f]{64}", row.lfs.sha256):
        return Wanted(row.rfilename, address, row.lfs.size, f"sha256:{row.lfs.sha256}")
    if not re.fullmatch(r"[0-9a-f]{40}", row.blob):
        raise Refused("bad-file", f"The hub tells no hash of {shown(row.rfilename)}, so it is not taken.")
    return Wanted(row.rfilename, address, row.size, f"git:{row.blob}")


def _nothing(name: str, file: str) -> str:
    if file:
        return f"{shown(name)} holds no file {shown(file)}; look how it is spelt on its page."
    return f"{shown(name)} holds no weights in safetensors; name one of its files: {shown(name)}:FILE."


def _sound(path: Path) -> None:
    """Refused when the file is no weights that may be opened; its hash was right, so it was made so."""
    if path.suffix in (".safetensors", ".sft"):
        weights.header(path)
    elif path.suffix == ".gguf":
        gguf.header(path)
