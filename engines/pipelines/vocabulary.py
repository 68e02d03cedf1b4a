"""CLIP's tokenizers, made of the one vocabulary file its authors publish.

Sennrich et al., "Neural machine translation of rare words with subword units" (arXiv:1508.07909), over bytes; the order
of the words and how many of the pairs count are those of `simple_tokenizer.py` in github openai/CLIP.
"""

from __future__ import annotations

import functools
import gzip
from pathlib import Path
from typing import Any

from engines.contract import Refused
from engines.files import assets

FILE = "models/clip/bpe_simple_vocab_16e6.txt.gz"
PAIRS = 49152 - 256 - 2  # that count, of the many in the file; its first line is a title
SPECIAL = ("<|startoftext|>", "<|endoftext|>")


def clip(kind: Any, settings: dict[str, Any]) -> Any:
    """A tokenizer of the class `kind` with the settings of a `tokenizer_config.json`."""
    words, pairs = _read(assets.path(FILE))
    known = ("bos_token", "eos_token", "unk_token", "pad_token", "model_max_length")
    return kind(vocab=dict(words), merges=list(pairs), **{n: v for n, v in settings.items() if n in known})


@functools.lru_cache(maxsize=1)
def _read(file: Path) -> tuple[dict[str, int], tuple[tuple[str, str], ...]]:
    """The words with their numbers, and the pairs in the order they are joined. Refused('missing') without the file."""
    try:
        lines = gzip.decompress(file.read_bytes()).decode("utf-8").split("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise Refused(
            "missing", f"{file.name}, the vocabulary of CLIP, cannot be read; install Darkroom anew."
        ) from error
    pairs = tuple((first, second) for first, second in map(str.split, lines[1 : PAIRS + 1]))
    letters = _letters()
    words = [*letters, *(letter + "</w>" for letter in letters), *("".join(pair) for pair in pairs), *SPECIAL]
    return {word: index for index, word in enumerate(words)}, pairs


def _letters() -> list[str]:
    """A letter for each byte, in the vocabulary's order: those that print stand for themselves and come first."""
    printed = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = 256 - len(printed)
    return [*map(chr, printed), *(chr(256 + n) for n in range(others))]
