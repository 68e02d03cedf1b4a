"""What a prompt says at each step of a run: its schedules followed, its parts told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, structs

from engines.prompt.schedule import parts, scheduled, sections
from engines.prompt.weights import plain

DEAF = "not heeded by this model's text encoder"
WHOLE = 1e-6  # how near to 1 weights must come
_NUMBER = re.compile(r":\s*[0-9.]+\s*\)")  # in brackets: certainly a weight


class Now(Struct, frozen=True):
    """What holds at a step: the texts that AND joins with their weights, what is not wanted, and what regions show."""

    texts: tuple[tuple[float, str], ...]
    negative: str = ""
    regions: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every text."""
        return (*(text for _, text in self.texts), self.negative, *self.regions)

    @property
    def mixes(self) -> bool:
        """Whether the weights share out one whole, so that their sum needs nothing without words to count from."""
        return abs(sum(weight for weight, _ in self.texts) - 1.0) < WHOLE

    @property
    def said(self) -> str:
        """The texts as one prompt that means them at every step."""
        if [weight for weight, _ in self.texts] == [1.0]:
            return self.texts[0][1]
        each = [f"{text} :{weight:.9f}" for weight, text in self.texts]
        return " AND ".join(each if len(each) > 1 else [*each, f"{self.texts[0][1]} :0"])

    def turn(self, step: int) -> Now:
        """One of the texts at full weight, another one each step: where they cannot be mixed. What is mixed with no
        words at all is said in full."""
        texts = [text for _, text in self.texts if text] or [""]
        return structs.replace(self, texts=((1.0, texts[step % len(texts)]),))


def plan(prompt: str, negative: str, steps: int, regions: Sequence[str] = ()) -> tuple[Now, ...]:
    """What holds at each of `steps` steps. Equal texts are told once, texts that weigh nothing only if nothing else is.

    AND joins in `prompt` only; elsewhere it is a word. Refused('bad-request') as `parts`.
    """
    joined = parts(prompt, steps)
    shunned, shown = scheduled(negative, steps), [scheduled(text, steps) for text in regions]
    found = []
    for step in range(1, steps + 1):
        weights: dict[str, float] = {}
        for part in joined:
            weights[part.at(step).text] = weights.get(part.at(step).text, 0.0) + part.weighs(step, steps)
        texts = tuple((weight, text) for text, weight in weights.items() if weight) or ((0.0, next(iter(weights))),)
        others = [next(span.text for span in spans if step <= span.last) for spans in (shunned, *shown)]
        found.append(Now(texts, others[0], tuple(others[1:])))
    return tuple(found)


def bare(text: str) -> str:
    """`text` for an encoder that was taught neither weights nor BREAK.

    Brackets may be meant, so they stay unless a number says what they are; what BREAK parts is read as one.
    """
    text = " ".join(sections(text))
    return plain(text) if _NUMBER.search(text) else text


def unheard(*texts: str) -> dict[str, str]:
    """What such an encoder does not heed of these texts, as facts of a result."""
    found = {"weights": DEAF} if any(_NUMBER.search(text) for text in texts) else {}
    return found | ({"BREAK": DEAF} if any(len(sections(text)) > 1 for text in texts) else {})
