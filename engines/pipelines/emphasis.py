"""Weights in a prompt, where the text encoder honours them: CLIP's, token by token.

As AUTOMATIC1111's interface made it common: what the encoder says of each token is multiplied by its weight, and the
whole brought back to its mean. Other encoders (T5 and the language models) were never taught to be scaled; their words
are used without the weights, and the result says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor

from engines.prompt.weights import Chunk, weighted

NUMBER = re.compile(r":\s*[0-9.]+\s*\)")  # in brackets: certainly a weight
Row = tuple[list[int], list[float]]  # token ids, and how much each counts


def of(pipe: Any, prompt: str) -> tuple[str, tuple[Chunk, ...]]:
    """What the pipeline is to read, and the weighted pieces of it; no pieces where nothing weighs.

    An encoder that heeds no weights keeps its brackets, which may be meant, unless a number says what they are.
    """
    if not (honoured(pipe) or NUMBER.search(prompt)):
        return prompt, ()
    chunks = weighted(prompt)
    text = "".join(chunk.text for chunk in chunks)
    return text, () if all(chunk.weight == 1.0 for chunk in chunks) else chunks


def honoured(pipe: Any) -> bool:
    """Whether every text encoder of the pipeline is CLIP's."""
    encoders = [part for name, part in pipe.components.items() if name.startswith("text_encoder") and part is not None]
    return bool(encoders) and all(type(part).__name__.startswith("CLIPText") for part in encoders)


@contextmanager
def over(pipe: Any, pieces: list[tuple[Chunk, ...]]) -> Iterator[None]:
    """While this lasts, the encoders of `pipe` weigh the tokens of these prompts."""
    with ExitStack() as stack:
        for name, encoder in pipe.components.items() if any(pieces) and honoured(pipe) else ():
            tokenizer = getattr(pipe, name.replace("text_encoder", "tokenizer"), None)
            if name.startswith("text_encoder") and encoder is not None and tokenizer is not None:
                rows = [_row(tokenizer, chunks) for chunks in pieces if chunks]
                hook = encoder.register_forward_hook(_weighing(rows), with_kwargs=True)
                stack.callback(hook.remove)
        yield


def _row(tokenizer: Any, chunks: tuple[Chunk, ...]) -> Row:
    """The tokens of a prompt, its beginning and end among them, each with the weight of its first letter."""
    text, weights = "".join(chunk.text for chunk in chunks), [c.weight for c in chunks for _ in c.text]
    found = tokenizer(text, truncation=True, max_length=tokenizer.model_max_length, return_offsets_mapping=True)
    spans = found["offset_mapping"]
    return list(found["input_ids"]), [weights[a] if b > a else 1.0 for a, b in spans]


def _weighing(rows: list[Row]) -> Any:
    def weigh(encoder: Any, args: Any, kwargs: dict[str, Any], out: Any) -> Any:
        ids = args[0] if args else kwargs["input_ids"]
        for place, said in enumerate(ids.tolist()):
            for tokens, weights in rows:
                if said[: len(tokens)] == tokens:
                    _scale(out, place, weights)
        return out

    return weigh


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
