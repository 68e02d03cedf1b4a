"""The library over GGUF and PyTorch checkpoints, of which nothing is ever run."""

import numpy as np
import pytest

from app.core.models import read, unit_at
from tests.model_headers import FLUX, GUIDED, SD1, VAE, below

torch = pytest.importorskip("torch")


def told(path):
    model = read(unit_at(path))
    return model.kind, model.family, model.variant, model.dtype, model.trouble


def small(shapes):
    return {name: torch.zeros(shape, dtype=torch.float16) for name, shape in shapes.items()}


GGUF = {
    ("denoiser", "flux1", "dev"): {name: shape for name, shape in (FLUX | GUIDED).items() if "qkv" not in name},
    ("text-encoder", "t5-xxl", ""): {"token_embd.weight": (64, 4096), "enc.blk.0.attn_q.weight": (64, 4096)},
    ("text-encoder", "umt5-xxl", ""): {
        "token_embd.weight": (64, 4096),
        "enc.blk.0.attn_q.weight": (64, 4096),
        "enc.blk.1.attn_rel_b.weight": (32, 64),
    },
    ("text-encoder", "qwen2.5-vl-7b", ""): {"token_embd.weight": (64, 3584), "blk.0.attn_q.bias": (3584,)},
    ("text-encoder", "qwen3-4b", ""): {"blk.0.attn_q_norm.weight": (128,), "blk.0.attn_norm.weight": (2560,)},
}


@pytest.mark.parametrize("expected", GGUF, ids=lambda e: e[1])
def test_gguf_is_told_like_the_same_weights_in_safetensors(expected, tmp_path):
    pytest.importorskip("engines.files.gguf")
    gguf = pytest.importorskip("gguf")
    writer = gguf.GGUFWriter(str(tmp_path / "a.gguf"), "some")
    for name, shape in GGUF[expected].items():
        whole = np.zeros((min(shape[0], 3072), *shape[1:]), np.float16)
        writer.add_tensor(name, whole[:1].repeat(shape[0], 0) if shape[0] > 3072 else whole)
    for write in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file):
        write()
    writer.close()
    assert told(tmp_path / "a.gguf") == (*expected, "F16", "")


CHECKPOINTS = {
    "sd.ckpt": (
        ("checkpoint", "sd1", ""),
        {"state_dict": small(below("model.diffusion_model.", SD1) | below("first_stage_model.", VAE))},
    ),
    "word.pt": (("embedding", "sd1", ""), {"string_to_param": {"*": torch.zeros(3, 768)}, "name": "word", "step": 9}),
    "learned_embeds.bin": (("embedding", "sd1", ""), {"<cat>": torch.zeros(768)}),
    "face.bin": (
        ("ip-adapter", "sd1", ""),
        {"image_proj": {"proj.weight": torch.zeros(8, 8)}, "ip_adapter": {"1.to_k_ip.weight": torch.zeros(320, 768)}},
    ),
    "4x.pth": (
        ("upscaler", "esrgan", "4x"),
        {"params_ema": {"body.0.rdb1.conv1.weight": torch.zeros(2, 2), "conv_up2.weight": torch.zeros(2, 2)}},
    ),
}


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_checkpoints_of_pytorch_are_told_without_being_unpickled(name, tmp_path, monkeypatch):
    pytest.importorskip("engines.files.pickled")
    expected, value = CHECKPOINTS[name]
    torch.save(value, tmp_path / name)
    monkeypatch.setattr(torch, "load", None)
    found = told(tmp_path / name)
    assert (found[:3], found[4]) == (expected, "")


class Sly:
    """What a checkpoint that runs a program holds."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return open, (self.trace, "w")


def test_a_checkpoint_that_would_run_a_program_is_refused_and_nothing_ran(tmp_path):
    pytest.importorskip("engines.files.pickled")
    torch.save({"state_dict": {"a": torch.zeros(3), "b": Sly(str(tmp_path / "ran"))}}, tmp_path / "sly.ckpt")
    kind, *_, trouble = told(tmp_path / "sly.ckpt")
    assert kind == "broken"
    assert "wants to run" in trouble
    assert not (tmp_path / "ran").exists()
