"""Sentences of the lab in whatever language is asked for: they are written in English, with places (%1, %2 …) for what
is filled in, and `tr` gives each in the language of the user. assets/languages/update.py finds them by these names."""

import re
from collections.abc import Callable

Tr = Callable[[str], str]  # a text in the user's language; `str` leaves it English


def filled(text: str, *values: object) -> str:
    """`text` with its places filled; what was filled in is not looked through for places again."""
    return re.sub(r"%([1-9])", lambda place: str(values[int(place[1]) - 1]), text)


def noted(text: str) -> str:
    """`text` itself: marks one that is written here and translated elsewhere."""
    return text
