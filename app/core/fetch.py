"""One file from a web address, resumable: what there is of it stays in a part file, and only the whole and true file
gets its name.

Nothing here runs unless somebody asked for a download.
"""

import hashlib
import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from msgspec import Struct

from engines.contract import Refused
from engines.files import atomic
from engines.files.source import shown

PIECE = 1 << 20  # bytes read at a time
PATIENCE = 30.0  # seconds without an answer
TRIES = 5  # in a row that brought nothing
BROKEN = (http.client.HTTPException, ConnectionError, TimeoutError)  # of a line in the middle of a file


class Wanted(Struct, frozen=True):
    """A file: its name below the model's folder, its size, and its hash ('sha256:...' or, of git's, 'git:...')."""

    name: str
    address: str
    size: int
    mark: str


class _Careful(urllib.request.HTTPRedirectHandler):
    """Follows to web addresses alone, and tells the token to nobody but the host it was meant for."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise Refused("bad-file", "The hub sent Darkroom to an address that is no web address; nothing was taken.")
        there = super().redirect_request(req, fp, code, msg, headers, newurl)
        same = urlsplit(newurl)[:2] == urlsplit(req.full_url)[:2]  # scheme and host
        if there is not None and not same:
            there.remove_header("Authorization")
        return there


def asked(address: str, token: str = "", start: int = 0) -> Any:
    """The answer of `address`, from the byte `start` on; raises urllib.error.URLError, HTTPError among it."""
    request = urllib.request.Request(address, headers={"User-Agent": "darkroom"})
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if start:
        request.add_header("Range", f"bytes={start}-")
    return urllib.request.build_opener(_Careful).open(request, timeout=PATIENCE)


def part_of(folder: Path, wanted: Wanted) -> Path:
    """Where what there is of a file lies: its name says which version, so that two are never mixed."""
    return folder / f"{wanted.name}.{wanted.mark.rpartition(':')[2][:16]}{atomic.PART}"


def there(folder: Path, wanted: Wanted) -> int:
    """How many bytes of the file are there already."""
    place = folder / wanted.name
    if place.is_file() and place.stat().st_size == wanted.size:
        return wanted.size
    part = part_of(folder, wanted)
    return min(part.stat().st_size, wanted.size) if part.is_file() else 0


def fetched(folder: Path, wanted: Wanted, token: str = "", wait: Callable[[float], None] = time.sleep) -> Iterator[int]:
    """Get the file into `folder`; the bytes there are after each piece. Closing the iterator pauses: they stay.

    Refused in one sentence when the line fails for good, the disk is full, or the bytes are not those promised, which
    are thrown away then.
    """
    part = part_of(folder, wanted)
    part.parent.mkdir(parents=True, exist_ok=True)
    failed = 0
    while (done := there(folder, wanted)) < wanted.size:
        try:
            for done in _continued(part, wanted, token):
                failed = 0
                yield done
        except (*BROKEN, urllib.error.URLError) as error:
            failed += 1
            if isinstance(error, urllib.error.HTTPError) or failed >= TRIES:
                raise refused(error, wanted.name) from error
            wait(min(2.0**failed, 30.0) / 4)
    if not part.exists() and wanted.size:
        return
    part.touch()
    if not _true(part, wanted):
        part.unlink()
        said = f"{shown(wanted.name)} is not what was promised: its hash is another. It was thrown away; get it again."
        raise Refused("bad-file", said)
    atomic.placed(part, folder / wanted.name)


def _continued(part: Path, wanted: Wanted, token: str) -> Iterator[int]:
    start = part.stat().st_size if part.exists() else 0
    with asked(wanted.address, token, start) as answer:
        if start and answer.status != 206:  # a host that knows no ranges begins anew
            start = 0
        with open(part, "r+b" if start else "wb") as file:
            file.seek(start)
            yield from _written(answer, file, start, wanted)


def _written(answer: Any, file: BinaryIO, start: int, wanted: Wanted) -> Iterator[int]:
    done = start
    while piece := answer.read(min(PIECE, wanted.size - done + 1)):
        done += len(piece)
        if done > wanted.size:
            file.truncate(0)
            raise Refused("bad-file", f"{shown(wanted.name)} is longer than was promised; it was thrown away.")
        file.write(piece)
        file.flush()
        yield done
    if done < wanted.size:
        raise http.client.IncompleteRead(b"", wanted.size - done)


def _true(part: Path, wanted: Wanted) -> bool:
    """Whether the bytes have the promised hash: SHA-256, or for small files git's own."""
    kind, _, told = wanted.mark.partition(":")
    with open(part, "rb") as file:
        if kind == "sha256":
            return os.path.getsize(part) == wanted.size and hashlib.file_digest(file, "sha256").hexdigest() == told
        found = hashlib.sha1(b"blob %d\0" % wanted.size, usedforsecurity=False)
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest() == told


def refused(error: Exception, what: str) -> Refused:
    """What a person reads when the hub did not give `what`."""
    name = shown(what)
    if isinstance(error, urllib.error.HTTPError):
        said = {
            401: f"{name} is not given to everybody: put your access token into the variable HF_TOKEN, and try again.",
            403: f"{name} is given only to those who have agreed to its terms: do so on its page, with HF_TOKEN set.",
            404: f"There is no {name} on the hub; look how it is spelt, or whether it is a private one.",
            429: "The hub asks for a pause; try again in some minutes. What is there already stays.",
        }
        usual = f"The hub could not give {name} (error {error.code}); try again later. What is there already stays."
        return Refused("missing", said.get(error.code, usual))
    reason = getattr(error, "reason", error)
    why = getattr(reason, "strerror", None) or " ".join(str(reason).split())[:80] or "the line broke off"
    return Refused("missing", f"The hub cannot be reached ({why}); look at your connection. What is there stays.")
