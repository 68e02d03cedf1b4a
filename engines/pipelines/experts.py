"""Models of two networks, one for much noise and one for little, in a file each: Wan 2.2 A14B.

Which of the two a file holds only its name tells; the other lies beside it, or in the folder beside its folder, under
the same name with the other word in it.
"""

from __future__ import annotations

import re
from pathlib import Path

from engines.contract import Refused
from engines.files.source import shown

SECOND = "transformer_2"  # the component for little noise
WORD = re.compile(r"(?:(?<![A-Za-z])(?i:high|low)|(?<=[a-z])(?:High|Low))(?=[-_. ]?(?i:noise)|[^a-z]|$)")
OTHERS = {"high": "low", "low": "high"}


def role(name: str) -> str:
    """'high' or 'low', the noise that the name of a file speaks of; '' where it speaks of none."""
    found = WORD.findall(name)
    return found[-1].lower() if found else ""


def both(path: Path) -> tuple[Path, Path]:
    """The files of the networks for much noise and for little, `path` being one of them. Refused('missing') where the
    other is not there or nothing tells which this is."""
    mine = role(path.stem)
    if not mine:
        said = "holds one of the two networks of Wan 2.2, and its name tells not which"
        raise Refused("missing", f"{shown(path.name)} {said}: call it ...high_noise... or ...low_noise....")
    other = next((place for place in _others(path) if place.is_file()), None)
    if other is None:
        said = f"holds the network of Wan 2.2 for {mine} noise; the one for {OTHERS[mine]} noise is not beside it"
        raise Refused("missing", f"{shown(path.name)} {said}: it should be called {_other(path.name)}.")
    return (path, other) if mine == "high" else (other, path)


def _others(path: Path) -> tuple[Path, ...]:
    """Where the other network may lie."""
    name, folder = _other(path.name), path.parent
    beside = folder.with_name(_other(folder.name)) if folder.name else folder
    return folder / name, beside / name


def _other(name: str) -> str:
    """The name with the other word in it, in the same letters."""

    def turned(found: re.Match[str]) -> str:
        word = found.group(0)
        other = OTHERS[word.lower()]
        return other.upper() if word.isupper() else other.capitalize() if word[0].isupper() else other

    return WORD.sub(turned, name)
