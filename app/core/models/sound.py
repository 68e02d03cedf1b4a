"""Whether a model may be opened, in one sentence."""

from app.core.models.entry import Model
from engines.files.verdict import verdict


def sound(model: Model) -> tuple[bool, str]:
    """What the checker of files says of `model`, and what its folder lacks. Opens its files, and reads headers only."""
    found = verdict(model.path)
    lacks = "; ".join(model.missing) if found.ok else found.sentence
    return not lacks, lacks or found.sentence
