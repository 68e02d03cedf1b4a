"""Tiny tokenizers, made in memory, and the text encoders they feed.

The vocabularies know single bytes or characters alone, so that every prompt has tokens of its own.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import (
        CLIPTextModel,
        CLIPTextModelWithProjection,
        CLIPTokenizer,
        T5EncoderModel,
        T5Tokenizer,
    )

CHARACTERS = [chr(code) for code in range(33, 127)]


@cache
def _bytes() -> tuple[str, ...]:
    """The 256 letters by which byte-level tokenizers write bytes."""
    from tokenizers.pre_tokenizers import ByteLevel

    return tuple(sorted(ByteLevel.alphabet()))


def clip_tokenizer(pad: str = "<|endoftext|>", length: int = 77) -> CLIPTokenizer:
    """CLIP's, over bytes; the two special tokens are the last ones, as in the real vocabulary."""
    from transformers import CLIPTokenizer

    words = [*_bytes(), *(letter + "</w>" for letter in _bytes()), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {word: index for index, word in enumerate(words)}
    return CLIPTokenizer(vocab=vocabulary, merges=[], pad_token=pad, model_max_length=length)


def _clip_config(width: int, act: str, layers: int) -> Any:
    from transformers import CLIPTextConfig

    tokenizer = clip_tokenizer()
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        hidden_size=width,
        intermediate_size=2 * width,
        projection_dim=width,
        num_attention_heads=2,
        num_hidden_layers=layers,
        hidden_act=act,
        initializer_range=0.3,  # so that unlike prompts have clearly unlike embeddings
    )


def clip_text(width: int = 32, act: str = "quick_gelu", layers: int = 3) -> CLIPTextModel:
    from transformers import CLIPTextModel

    return CLIPTextModel(_clip_config(width, act, layers))


def clip_projected(width: int = 32, act: str = "gelu", layers: int = 3) -> CLIPTextModelWithProjection:
    from transformers import CLIPTextModelWithProjection

    return CLIPTextModelWithProjection(_clip_config(width, act, layers))


def t5_tokenizer(length: int = 512) -> T5Tokenizer:
    """T5's unigrams over single ASCII characters, with its hundred sentinels at the end."""
    from transformers import T5Tokenizer

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(letter, -3.0) for letter in CHARACTERS]
    pieces += [(f"<extra_id_{index}>", 0.0) for index in range(99, -1, -1)]
    return T5Tokenizer(vocab=pieces, model_max_length=length)


def _t5_config(width: int) -> Any:
    from transformers import T5Config

    return T5Config(
        vocab_size=len(t5_tokenizer()),
        d_model=width,
        d_kv=width // 2,
        d_ff=2 * width,
        num_layers=2,
        num_heads=2,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )


def t5(width: int = 32) -> T5EncoderModel:
    from transformers import T5EncoderModel

    return T5EncoderModel(_t5_config(width))


def umt5(width: int = 32) -> Any:
    """The multilingual one (Wan): each layer has a bias of its own."""
    from transformers import UMT5Config, UMT5EncoderModel

    config = {name: value for name, value in _t5_config(width).to_dict().items() if name != "model_type"}
    return UMT5EncoderModel(UMT5Config(**config))
