"""Weights and BREAK in a prompt, where the text encoder honours them: CLIP's, token by token.

As AUTOMATIC1111's interface made it common: what the encoder says of each token is multiplied by its weight, and the
whole brought back to its mean; what BREAK parts is encoded window by window, one after the other. Other encoders (T5
and the language models) were never taught either; their words are used without, and the result says so.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

from engines.prompt.plan import bare
from engines.prompt.schedule import sections
from engines.prompt.weights import Chunk, weighted

PARTED = " BREAK "
Row = tuple[list[int], list[float]]  # token ids, and how much each counts


class Said(NamedTuple):
    """What a pipeline is to read, and the weighted pieces of each section in which something weighs."""

    text: str
    pieces: tuple[tuple[Chunk, ...], ...] = ()

    @property
    def windows(self) -> int:
        """How many windows of the encoder it fills."""
        return len(sections(self.text))


def of(pipe: Any, prompt: str) -> Said:
    """`prompt` as the pipeline's encoder can take it."""
    if not honoured(pipe):
        return Said(bare(prompt))
    each = [weighted(section) for section in sections(prompt)]
    text = PARTED.join("".join(chunk.text for chunk in chunks) for chunks in each)
    return Said(text, tuple(chunks for chunks in each if _weighs(chunks)))


def _weighs(chunks: tuple[Chunk, ...]) -> bool:
    return any(chunk.weight != 1.0 for chunk in chunks)


def honoured(pipe: Any) -> bool:
    """Whether every text encoder of the pipeline is CLIP's."""
    encoders = [part for name, part in pipe.components.items() if name.startswith("text_encoder") and part is not None]
    return bool(encoders) and all(type(part).__name__.startswith("CLIPText") for part in encoders)


@dataclass
class Emphasis:
    """What the prompts of the moment weigh, and into how many windows every one is brought (the shorter filled up)."""

    pieces: list[tuple[Chunk, ...]] = field(default_factory=list)
    windows: int = 1

    @property
    def key(self) -> str:
        """Equal where the same words are encoded alike."""
        return repr((self.pieces, self.windows))

    @contextmanager
    def over(self, pipe: Any) -> Iterator[None]:
        """While this lasts, the encoders of `pipe` weigh the tokens of these prompts."""
        with ExitStack() as stack:
            for name, encoder in pipe.components.items() if honoured(pipe) else ():
                tokenizer = getattr(pipe, name.replace("text_encoder", "tokenizer"), None)
                if name.startswith("text_encoder") and encoder is not None and tokenizer is not None:
                    hook = encoder.register_forward_hook(self._weighing(tokenizer), with_kwargs=True)
                    stack.callback(hook.remove)
            yield

    @contextmanager
    def parted(self, pipe: Any) -> Iterator[None]:
        """While this lasts, `pipe` encodes what BREAK parts window by window."""
        encode = getattr(pipe, "encode_prompt", None)
        if encode is None or not honoured(pipe):
            yield
            return
        before = pipe.__dict__.get("encode_prompt")
        pipe.__dict__["encode_prompt"] = self._parting(encode)
        try:
            yield
        finally:
            del pipe.__dict__["encode_prompt"]
            if before is not None:
                pipe.__dict__["encode_prompt"] = before

    def _weighing(self, tokenizer: Any) -> Any:
        def weigh(encoder: Any, args: Any, kwargs: dict[str, Any], out: Any) -> Any:
            rows = [_row(tokenizer, chunks) for chunks in self.pieces]
            ids = args[0] if args else kwargs["input_ids"]
            for place, said in enumerate(ids.tolist() if rows else ()):
                for tokens, weights in rows:
                    if said[: len(tokens)] == tokens:
                        _scale(out, place, weights)
            return out

        return weigh

    def _parting(self, encode: Any) -> Any:
        signature = inspect.signature(encode)

        def act(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs)
            if self.windows == 1:
                return encode(*args, **kwargs)
            found = []
            for n in range(self.windows):
                one = signature.bind(*args, **kwargs)
                for name in ("prompt", "negative_prompt"):
                    if isinstance(text := given.arguments.get(name), str):
                        one.arguments[name] = [*sections(text), *[""] * self.windows][n]
                found.append(encode(*one.args, **one.kwargs))
            return tuple(_windows(many) for many in zip(*found, strict=True))

        return act


def _windows(many: tuple[Any, ...]) -> Any:
    """States (B, tokens, width) of all windows in a row; of what a prompt has once, such as SDXL's sum, the first's."""
    return torch.cat(many, 1) if isinstance(many[0], Tensor) and many[0].ndim == 3 else many[0]


def _row(tokenizer: Any, chunks: tuple[Chunk, ...]) -> Row:
    """The tokens of a prompt, its beginning and end among them, each with the weight of its first letter."""
    text, weights = "".join(chunk.text for chunk in chunks), [c.weight for c in chunks for _ in c.text]
    found = tokenizer(text, truncation=True, max_length=tokenizer.model_max_length, return_offsets_mapping=True)
    spans = found["offset_mapping"]
    return list(found["input_ids"]), [weights[a] if b > a else 1.0 for a, b in spans]


def _scale(out: Any, place: int, weights: list[float]) -> None:
    """Every state of the encoder for one prompt, in place."""
    states = [out.last_hidden_state, *(out.hidden_states or ())]
    seen: set[int] = set()
    for state in states:
        if state is not None and state.data_ptr() not in seen:
            seen.add(state.data_ptr())
            state[place] = scaled(state[place], weights)


def scaled(state: Tensor, weights: list[float]) -> Tensor:
    """`state` (tokens, width) with each token times its weight, at the mean it had."""
    factor = torch.ones(len(state), 1, dtype=state.dtype, device=state.device)
    factor[: len(weights), 0] = torch.tensor(weights, dtype=state.dtype)
    made = state * factor
    return made * (state.mean() / made.mean())
