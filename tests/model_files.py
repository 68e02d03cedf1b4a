"""Small model files of every kind, as the formats' own libraries write them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file


def gguf_file(path: Path, alignment: int = 32) -> Path:
    """A small file with notes of every kind and tensors plain and quantised."""
    import gguf as library

    writer = library.GGUFWriter(path, "flux")
    if alignment != 32:
        writer.add_custom_alignment(alignment)
    writer.add_name("Small")
    writer.add_uint8("a", 200)
    writer.add_int8("b", -3)
    writer.add_float64("c", 0.5)
    writer.add_uint64("d", 2**60)
    writer.add_bool("e", True)
    writer.add_string("long", "x" * 5000)
    writer.add_array("words", ["un", "deux", "trois"])
    writer.add_array("numbers", [1.5, 2.5])
    writer.add_array("nested", [[1, 2], [3]])
    rng = np.random.default_rng(0)
    writer.add_tensor("plain", rng.normal(size=(3, 5)).astype(np.float32))
    writer.add_tensor("half", rng.normal(size=7).astype(np.float16))
    kind = library.GGMLQuantizationType.Q8_0
    quantised = library.quants.quantize(rng.normal(size=(4, 64)).astype(np.float32), kind)
    writer.add_tensor("small", quantised, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def sharded(folder: Path, **told: str) -> Path:
    """A folder of two shards and their index, with `told` said of tensors besides the truth."""
    folder.mkdir(exist_ok=True, parents=True)
    save_file({"a": np.zeros((2, 3), np.float32)}, folder / "model-00001-of-00002.safetensors")
    save_file({"b": np.ones(5, np.float16)}, folder / "model-00002-of-00002.safetensors")
    places = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"} | told
    path = folder / "model.safetensors.index.json"
    path.write_text(json.dumps({"metadata": {"total_size": 34}, "weight_map": places}))
    return path


def pipeline(folder: Path, **parts: Any) -> Path:
    """A pipeline folder of a sharded unet, a scheduler without weights and `parts`."""
    sharded(folder / "unet")
    config = {"_class_name": "UNet2DConditionModel", "sample_size": 8, "block_out_channels": [4, 8], "auto_map": {}}
    (folder / "unet" / "config.json").write_text(json.dumps(config))
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text("{}")
    told = {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.42.1", "clip": True}
    told |= {"unet": ["diffusers", "UNet2DConditionModel"], "scheduler": ["diffusers", "DDIMScheduler"]}
    told |= {"feature_extractor": [None, None], "sizes": [1, 2]}
    (folder / "model_index.json").write_text(json.dumps(told | parts))
    return folder
