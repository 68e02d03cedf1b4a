"""How likely a model finds an input, laid on a scale: beside what held-out data score, and noise."""

import re

import numpy as np
from msgspec import Struct

from engines.contract import Audio, EngineCard, Image, Media, Refused, Request, Value
from engines.files import assets

SEED = 0  # of the noise an input is laid beside


class Scored(Struct, frozen=True):
    """The `value` of an input by the model's score (less is likelier, unless `more`: more fits), that of `noise` of
    its size, and how held-out data score (None where the model's card does not say). `facts` is everything the
    model told."""

    value: float
    noise: float | None
    held: float | None
    unit: str
    facts: dict[str, Value]
    more: bool = False

    @property
    def share(self) -> float | None:
        """Where it lies from held-out data (0) to noise (1); None where one of the two is not known."""
        if self.noise is None or self.held is None or self.noise == self.held:
            return None
        return (self.value - self.held) / (self.noise - self.held)


def scorers(cards: dict[str, EngineCard], medium: str) -> list[EngineCard]:
    """The engines that can score media of this kind, and have their weights."""
    return [card for card in cards.values() if card.info.score and card.info.medium == medium and not card.missing]


def fitters(cards: dict[str, EngineCard], medium: str) -> list[EngineCard]:
    """Those of them that tell how well words fit."""
    return [card for card in scorers(cards, medium) if card.info.score and card.info.score.more]


def asked(card: EngineCard, media: Media, prompt: str = "") -> Request:
    """The request by which `media` are measured. Refused('bad-request') when the engine measures another medium."""
    if card.info.score is None:
        raise Refused("bad-request", f"{card.info.title} cannot tell how likely anything is.")
    if type(media).__name__.lower() != card.info.medium:
        told = f"{card.info.title} scores media of the kind {card.info.medium}"
        raise Refused("bad-request", f"{told}; what was given is of the kind {type(media).__name__.lower()}.")
    prompt = prompt if "prompt" in card.info.takes else ""
    return Request(engine=card.info.name, prompt=prompt, seed=SEED, start=media)


def noise(media: Media) -> Media | None:
    """Noise of the same size: even chances for every byte of a picture, white noise as loud as a sound. None else."""
    rng = np.random.default_rng(SEED)
    if isinstance(media, Image):
        return Image(rng.integers(0, 256, (*media.pixels.shape[:2], 3), np.uint8))
    if isinstance(media, Audio):
        loud = float(np.sqrt(np.square(media.samples.astype(np.float64)).mean()))
        white = rng.normal(0.0, max(loud, 1e-3), media.samples.shape)
        return Audio(np.clip(white, -1, 1).astype(np.float32), media.rate)
    return None


def held_out(card: EngineCard) -> float | None:
    """How held-out data score, as the card beside the model's weights tells."""
    score, weights = card.info.score, card.info.weights
    if score is None or not score.held or not weights:
        return None
    try:
        told = assets.path(weights[0]).with_name("card.md").read_text("utf-8")
    except OSError:
        return None
    found = re.search(score.held, " ".join(told.split()))
    return float(found[1]) if found else None


def scored(card: EngineCard, facts: dict[str, Value], of_noise: dict[str, Value] | None = None) -> Scored:
    """What `facts` of an input and of noise say. Refused('bad-output') where the score itself is missing."""
    score = card.info.score
    if score is None or not isinstance(facts.get(score.name), int | float):
        raise Refused("bad-output", f"{card.info.title} told no score of this.")
    other = (of_noise or {}).get(score.name)
    beside = float(other) if isinstance(other, int | float) else None
    return Scored(float(facts[score.name]), beside, held_out(card), score.unit, facts, score.more)
