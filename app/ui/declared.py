"""What engines and metrics declare, in the words of the user's language.

Engines are written in English; the languages know the words of those that are shipped, another engine's stay as it
says them.
"""

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication

from engines.contract import EngineCard, Param

TERMS = {  # terms of the field that have a spelling of their own
    **{word: word.upper() for word in ("2m", "3m", "2s", "sde", "ddim", "ddpm", "lms", "cfg", "3d", "vae", "gan")},
    "dpmpp": "DPM-Solver++",
    "unipc": "UniPC",
}


def said(text: str) -> str:
    """`text` of an engine in the user's language."""
    return QCoreApplication.translate("Engines", text) if text else ""


def words(name: str) -> str:
    """A declared name as a person would write it: 'guidance_scale' is 'Guidance scale'."""
    return said(plain(name))


def label(param: Param) -> str:
    """What an option is called."""
    return said(param.label) if param.label else words(param.name)


def titled(card: EngineCard) -> str:
    """The engine's title, or its name when it has none."""
    return said(card.info.title) or card.info.name


def plain(name: str) -> str:
    """`words` before translation."""
    spelt = " ".join(TERMS.get(word, word) for word in name.replace("_", " ").split())
    return spelt[:1].upper() + spelt[1:]


def texts(card: EngineCard) -> Iterator[str]:
    """Everything of `card` that the window says, in English: what a language must know."""
    info = card.info
    yield from (info.title, info.summary, plain(info.medium), plain(info.family))
    for control in info.controls:
        yield from (plain(control.kind), control.help)
    for param in card.params:
        yield from (param.label or plain(param.name), param.help, plain(param.group), param.unit)
        yield from map(plain, param.choices)


def metric_texts() -> Iterator[str]:
    """Everything of the metrics that the window says, in English."""
    from engines.metrics.about import ABOUT
    from engines.metrics.evaluation import METRICS, NAMES

    for metric in METRICS.values():
        yield from (metric.title, metric.biases)
    yield from (about.measures for about in ABOUT.values())
    yield from NAMES.values()
