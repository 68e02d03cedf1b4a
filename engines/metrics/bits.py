"""Bits per dimension: how few bits a likelihood model needs for each number of what was made.

van den Oord et al., "Pixel Recurrent Neural Networks", 2016, section 5.1: -log2 p(x) / D. Asked of Darkroom's own
engines by what they tell of a start (their `measure`). Known biases: a likely picture is not a good one (flat ones are
likelier than any; Theis et al., "A note on the evaluation of generative models", 2016), and figures of two models, or
of two sizes or rates, are not comparable.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from engines.contract import Media, Refused, Request, Result, check


class Judge(Struct, frozen=True):
    """An engine that tells the likelihood of its start under `fact`, asked with these options. `bound` where it tells
    but an upper bound."""

    engine: str
    medium: str
    fact: str
    options: dict[str, Any] = {}
    bound: bool = False


JUDGES: dict[str, Judge] = {
    "blend": Judge("image/blend", "image", "iwae_bits", {"steps": 1}, bound=True),
    "pixel": Judge("image/pixel", "image", "bits per pixel", {"do": "measure"}),
    "drum": Judge("audio/drum", "audio", "bits per sample", {"do": "measure"}, bound=True),
    "wave": Judge("audio/wave", "audio", "bits per sample", {"do": "measure"}),
}
NAMES = {
    "blend": "image/blend's VAE: an upper bound at 64x64, after shrinking",
    "pixel": "image/pixel's autoregression: exact, at 32x32 in its palette",
    "drum": "audio/drum's flow: an upper bound over its kinds",
    "wave": "audio/wave's autoregression: exact, at 16 kHz",
}


class Teller:
    """The engine of a judge, loaded once. Refused('missing') where it lacks its weights."""

    def __init__(self, name: str) -> None:
        from engines.registry import listing

        self.judge = JUDGES[name]
        self._lent = listing().lent(self.judge.engine)
        self._engine: Any = self._lent.make()
        self._size = min(self._lent.card.info.sizes, default=None)  # nobody looks at its result

    def bits(self, media: Media) -> float:
        """The bits it tells of `media`. Refused where that cannot be measured."""
        judge = self.judge
        asked = Request(engine=judge.engine, start=media, options=dict(judge.options), size=self._size)
        request = check(self._lent.card, asked)
        for event in self._engine.generate(request):
            if isinstance(event, Result):
                if judge.fact not in event.facts:
                    raise Refused("bad-request", f"{judge.engine} does not tell how likely this is.")
                return float(event.facts[judge.fact])
        raise Refused("internal", f"{judge.engine} ended without a result.")
