"""How long the model library takes over 5,000 files: the first time, and when nothing has changed."""

import json
import tempfile
import time
from pathlib import Path

from app.core.models import Library
from tests.benchmarks.row import Row

COUNT = 5000
FOLDERS = ("checkpoints", "loras", "vae", "embeddings", "controlnet")


def rows(count: int = COUNT) -> list[Row]:
    """First scan, second scan, and the search for duplicates, each in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        models = _written(Path(folder), count)
        cache = Path(folder) / "models.cache"
        spent = time.process_time()
        first, found = _timed(cache, models)
        spent = time.process_time() - spent
        second, again = _timed(cache, models)
        began = time.perf_counter()
        twice = Library(cache).duplicates(again)
        alike = time.perf_counter() - began
    told = f"{len(found)} files found, then {len(again)}, {sum(map(len, twice))} alike; {spent:.1f} s of the processor"
    return [
        Row(f"models, {count} files, first scan", first, None, "s", 10.0, note=told),
        Row(f"models, {count} files, nothing changed", second, None, "s", 1.0),
        Row(f"models, {count} files, which are there twice", alike, None, "s", None),
    ]


def _timed(cache: Path, models: Path) -> tuple[float, list]:
    began = time.perf_counter()
    found = [news.model for news in Library(cache).scan([models]) if news.model is not None]
    return time.perf_counter() - began, found


def _written(folder: Path, count: int) -> Path:
    """`count` valid LoRAs over the folders of a program; each is of another rank or with other data."""
    models = folder / "models"
    heads = [_lora(rank) for rank in range(1, 17)]
    for name in FOLDERS:
        (models / name).mkdir(parents=True)
    for n in range(count):
        head, size = heads[n % len(heads)]
        with open(models / FOLDERS[n % len(FOLDERS)] / f"file-{n:04d}.safetensors", "wb") as file:
            file.write(head)
            file.truncate(len(head) + size)  # a hole, which costs no disk
            file.seek(len(head) + size - 8)
            file.write(n.to_bytes(8, "little"))
    return models


def _lora(rank: int) -> tuple[bytes, int]:
    """The head of a LoRA of SD1.5's down blocks, 64 tensors, and how many bytes of data follow it."""
    head: dict[str, object] = {"__metadata__": {"ss_base_model_version": "sd_v1", "ss_network_dim": str(rank)}}
    place = 0
    for block in range(8):
        for part, inner in (("to_q", 320), ("to_k", 768), ("to_v", 768), ("to_out_0", 320)):
            name = f"lora_unet_down_blocks_{block // 2}_attentions_{block % 2}_transformer_blocks_0_attn2_{part}"
            for end, shape in ((".lora_down.weight", (rank, inner)), (".lora_up.weight", (320, rank))):
                size = 2 * shape[0] * shape[1]
                head[name + end] = {"dtype": "F16", "shape": shape, "data_offsets": (place, place + size)}
                place += size
    text = json.dumps(head).encode()
    return len(text).to_bytes(8, "little") + text, place
