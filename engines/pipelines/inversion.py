"""Textual inversions (Gal et al. 2022, arXiv:2208.01618): words a text encoder is lent for one run.

Nothing is added to the model. In the prompt each vector stands as a letter of Unicode's private use; a copy of the
tokenizer knows these letters, and what the encoder looks up for them is replaced while the run lasts.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import Tensor

from engines.contract import Refused, Request
from engines.files import weights
from engines.pipelines import added
from engines.shelf import Part

FIRST, MOST = 0xE000, 6400  # of the letters of private use
PORTION = 64  # letters a copied tokenizer is taught at a time
Lent = dict[str, list[Tensor]]  # name of an embedding -> (vectors, width) for each encoder


def asked(request: Request, parts: Mapping[str, Part]) -> dict[str, Part]:
    """The embeddings whose words stand in the request's prompts, by name."""
    text = f"{request.prompt}\n{request.negative}"
    known = (part for part in parts.values() if part.kind == "embedding" and part.words)
    return {part.name: part for part in known if _called(part.words[0]).search(text)}


def _called(word: str) -> re.Pattern[str]:
    """'word' and 'embedding:word', whatever the letters' case, as a word of its own."""
    return re.compile(rf"(?<![\w-])(?:embedding:)?<?{re.escape(word.strip('<>'))}>?(?![\w-])", re.IGNORECASE)


def read(part: Part) -> list[Tensor]:
    """The vectors of an embedding, (vectors, width) for each encoder."""
    from safetensors.torch import load_file

    path = Path(part.origin)
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.header(path).tensors.items()}
    names, tensors = sorted(added.vectors(shapes), reverse=True), load_file(path)
    found = [tensors[name].float().reshape(-1, tensors[name].shape[-1]) for name in names]
    if not found or any(len(one) != len(found[0]) for one in found):
        raise Refused("bad-file", f"{part.title} holds unlike numbers of words for its encoders.")
    return found


def spelt(request: Request, parts: Mapping[str, Part], lent: Lent) -> Request:
    """The request with a letter for each vector of the embeddings `lent` where their words stood."""
    place, prompts = FIRST, [request.prompt, request.negative]
    for name, tensors in lent.items():
        letters = "".join(map(chr, range(place, place + len(tensors[0]))))
        place += len(letters)
        prompts = [_called(parts[name].words[0]).sub(letters, text) for text in prompts]
    if place - FIRST > MOST:
        raise Refused("bad-request", "The embeddings in these prompts are too long; leave one out.")
    return msgspec.structs.replace(request, prompt=prompts[0], negative=prompts[1])


@contextmanager
def over(pipe: Any, lent: Lent) -> Iterator[None]:
    """While this lasts, the encoders of `pipe` know the letters of the embeddings `lent`."""
    with ExitStack() as stack:
        for place, (name, encoder) in enumerate(added.encoders(pipe) if lent else []):
            given = torch.cat([tensors[place] for tensors in lent.values()])
            stack.enter_context(_taught(pipe, name.replace("text_encoder", "tokenizer"), len(given)))
            stack.enter_context(_reading(encoder, given, getattr(pipe, name.replace("text_encoder", "tokenizer"))))
        yield


@contextmanager
def _taught(pipe: Any, name: str, count: int) -> Iterator[None]:
    """A copy of the tokenizer `name` that knows the letters; the pipeline's own stays as it is."""
    from transformers import AddedToken

    own = getattr(pipe, name)
    made = copy.deepcopy(own)
    letters = [chr(FIRST + n) for n in range(-(-count // PORTION) * PORTION)]
    made.add_tokens([AddedToken(letter, normalized=False) for letter in letters])
    setattr(pipe, name, made)
    try:
        yield
    finally:
        setattr(pipe, name, own)


@contextmanager
def _reading(encoder: Any, given: Tensor, tokenizer: Any) -> Iterator[None]:
    """The encoder finds `given` (vectors, width) for the tokens that come after its own.

    The end of a text is looked for by its number, not as the highest one there is, which a letter's would be.
    """
    table = encoder.get_input_embeddings()
    first, ids = tokenizer.convert_tokens_to_ids(chr(FIRST)), [torch.empty(0)]

    def before(_: Any, args: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        ids[0] = args[0]
        return (args[0].masked_fill(args[0] >= first, 0), *args[1:])

    def after(_: Any, args: Any, out: Tensor) -> Tensor:
        lent = ids[0] >= first
        out = out.clone()
        out[lent] = given.to(out)[ids[0][lent] - first]
        return out

    ends = [part for part in encoder.modules() if getattr(part, "eos_token_id", None) == 2]
    hooks = [table.register_forward_pre_hook(before), table.register_forward_hook(after)]
    for part in ends:
        part.eos_token_id = tokenizer.eos_token_id
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        for part in ends:
            part.eos_token_id = 2
