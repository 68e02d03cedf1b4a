"""What prepares pictures and words for Qwen 2.5 VL where torchvision, which its clips need, is not installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import Qwen2Tokenizer, Qwen2VLImageProcessorPil, Qwen2VLProcessor

NAME = "Qwen2VLProcessor"


class Eyes(Qwen2VLProcessor):
    """The library's processor for words and pictures; clips, which it cannot prepare, it does not offer to."""

    def __init__(self, image_processor: Any = None, tokenizer: Any = None, chat_template: Any = None) -> None:
        super().__init__(image_processor, tokenizer, None, chat_template=chat_template)


Eyes.__name__, Eyes.__qualname__, Eyes.__module__ = NAME, NAME, Qwen2VLProcessor.__module__  # as folders name it


def read(place: Path) -> Eyes:
    """The processor whose configuration and tokenizer lie in `place`."""
    pictures = Qwen2VLImageProcessorPil.from_pretrained(place, local_files_only=True)
    tokenizer = Qwen2Tokenizer.from_pretrained(place, local_files_only=True)
    return Eyes(pictures, tokenizer, chat_template=tokenizer.chat_template)
