"""LoRAs on models of the user's own: which fit, however they were saved, and what is left of one taken off."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from app.cli.make import compare
from engines import shelf
from engines.contract import Adapter, Curve, Media, Refused, Request, check
from engines.files import sniff
from engines.files.sniff import fit
from engines.pipelines.engine import Pipeline
from engines.shelf import Model, Part
from tests.runs import ended
from tests.tiny.pipelines import folder
from tests.tiny.pipelines.sd import unet
from tests.tiny.pipelines.text import clip_text

SAVED = "pytorch_lora_weights.safetensors"
BLOCK = "transformer_blocks.3.attn.to_q"
Tensors = dict[str, torch.Tensor]


class Bench:
    """A shelf of its own, and a small SD1.5 on it."""

    def __init__(self, root: Path, name: str = "sd15") -> None:
        found = shelf.opened(folder(name, root))
        assert isinstance(found, Model)
        self.model, self.engine = found, Pipeline(found.card)

    def worn(self, *adapters: Adapter) -> Media:
        card = shelf.cards(shelf.folder())[self.model.card.info.name]
        request = Request(engine=card.info.name, prompt="a red boat", seed=3, size=(64, 64), options={"steps": 3})
        request = check(card, msgspec.structs.replace(request, adapters=adapters))
        return ended(self.engine, request).media

    def wear(self, file: Path, weight: float | Curve = 1.0) -> Media:
        part = shelf.opened(file)
        assert isinstance(part, Part)
        return self.worn(Adapter(part.name, weight))


@pytest.fixture(scope="module")
def bench(place: Path, pipelines_root: Path) -> Bench:
    return Bench(pipelines_root)


@pytest.fixture(scope="module")
def lora(pipelines_root: Path) -> Tensors:
    return load_file(folder("sd15_lora", pipelines_root) / SAVED)


def shapes(modules: dict[str, tuple[int, int]]) -> dict[str, tuple[int, ...]]:
    pairs = [(f"{n}.lora_A.weight", (8, wide)) for n, (wide, _) in modules.items()]
    return dict(pairs + [(f"{n}.lora_B.weight", (out, 8)) for n, (_, out) in modules.items()])


# ---------------------------------------------------------------- the rule


FLUX = {"transformer.single_transformer_blocks.3.attn.to_q": (3072, 3072)}
QWEN = {f"transformer.{BLOCK}": (3072, 3072), "transformer.transformer_blocks.3.img_mlp.net.0.proj": (3072, 12288)}
COG = {"transformer.transformer_blocks.3.attn1.to_q": (3072, 3072)}
WAN = {"diffusion_model.blocks.3.self_attn.q": (3072, 3072)}
SDXL = {"unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k": (2048, 640)}
SD1 = {"unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k": (768, 640)}
NETWORKS = {
    "flux": (FLUX, "FluxTransformer2DModel", 3072),
    "qwen": (QWEN, "QwenImageTransformer2DModel", 3072),
    "cogvideox": (COG, "CogVideoXTransformer3DModel", 3072),
    "wan": (WAN, "WanTransformer3DModel", 3072),
    "sdxl": (SDXL, "UNet2DConditionModel", 2048),
    "sd1": (SD1, "UNet2DConditionModel", 768),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_of_networks_of_one_width_a_lora_fits_its_own_alone(name: str) -> None:
    made = shapes(NETWORKS[name][0])
    base = fit.of_lora(sniff.sniff(made), made)
    fitting = [other for other, (_, kind, width) in NETWORKS.items() if fit.fits(base, fit.of_network(kind, width))]
    assert fitting == [name]


def test_networks_no_table_knows_are_told_by_their_names_and_width() -> None:
    made = shapes({"transformer.single_transformer_blocks.0.attn.to_q": (32, 32)})
    base = fit.of_lora(sniff.sniff(made), made)
    assert base == "flux1|flux2|chroma 32"
    assert fit.fits(base, fit.of_network("ChromaTransformer2DModel", 32))
    assert not fit.fits(base, fit.of_network("ChromaTransformer2DModel", 64))
    assert not fit.fits(base, fit.of_network("WanTransformer3DModel", 32))


def test_a_file_that_tells_no_width_fits_by_its_family() -> None:
    made = shapes({"diffusion_model.double_blocks.0.img_mlp.0": (3072, 12288)})
    base = fit.of_lora(sniff.sniff(made), made)
    assert base == "flux1"
    assert fit.fits(base, fit.of_network("FluxTransformer2DModel", 3072))
    assert not fit.fits(base, fit.of_network("QwenImageTransformer2DModel", 3072))


def test_a_lora_for_another_model_is_not_offered_and_the_sentence_names_what_it_is_for(
    bench: Bench, tmp_path: Path
) -> None:
    weights = {name: torch.zeros(shape) for name, shape in shapes(SDXL).items()}
    save_file(weights, tmp_path / "film.safetensors")
    part = shelf.opened(tmp_path / "film.safetensors")
    assert isinstance(part, Part)
    assert part.base == "sdxl 2048"
    card = shelf.cards(shelf.folder())[bench.model.card.info.name]
    assert part.name not in {kind.name for kind in card.info.adapters}
    told = shelf.misfit(bench.model, part)
    assert told == f"film is a LoRA for SDXL; {bench.model.card.info.title} is a U-Net 32 wide."


def test_the_picture_beside_a_file_is_on_the_card(bench: Bench, lora: Tensors, tmp_path: Path) -> None:
    save_file(lora, tmp_path / "ink.v2.safetensors")
    (tmp_path / "ink.v2.preview.png").write_bytes(b"a picture")
    part = shelf.opened(tmp_path / "ink.v2.safetensors")
    assert isinstance(part, Part)
    listed = shelf.cards(shelf.folder())[bench.model.card.info.name].info.adapters
    shown = {kind.name: kind.picture for kind in listed}
    assert shown[part.name] == str(tmp_path / "ink.v2.preview.png")


# ---------------------------------------------------------------- how they are saved


def kohya(lora: Tensors) -> Tensors:
    """As the scripts of kohya-ss save it, with the number that rank is held against."""
    made = {}
    for name, tensor in lora.items():
        stem, end = name.removeprefix("unet.").split(".lora_")
        way = "down" if end.startswith("A") else "up"
        made[f"lora_unet_{stem.replace('.', '_')}.lora_{way}.weight"] = tensor.contiguous()
        made[f"lora_unet_{stem.replace('.', '_')}.alpha"] = torch.tensor(4.0)
    return made


def older(lora: Tensors) -> Tensors:
    """As diffusers saved it before it used peft."""
    ends = {".lora_A.weight": ".lora.down.weight", ".lora_B.weight": ".lora.up.weight"}
    return {name[: -len(end)] + ends[end]: t for name, t in lora.items() for end in ends if name.endswith(end)}


def peft(lora: Tensors) -> Tensors:
    return {name.replace("unet.", "base_model.model.", 1): tensor for name, tensor in lora.items()}


@pytest.mark.parametrize("layout", [kohya, older, peft])
def test_the_layouts_mean_the_same(
    layout: Callable[[Tensors], Tensors], bench: Bench, lora: Tensors, pipelines_root: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"{layout.__name__}.safetensors"
    save_file(layout(lora), file)
    usual = bench.wear(folder("sd15_lora", pipelines_root))
    assert compare(bench.wear(file), usual) is None
    assert compare(bench.worn(), usual) is not None


def test_peft_says_beside_the_file_how_strongly_it_was_taught(
    bench: Bench, lora: Tensors, pipelines_root: Path, tmp_path: Path
) -> None:
    save_file(peft(lora), tmp_path / "adapter_model.safetensors")
    (tmp_path / "adapter_config.json").write_text('{"r": 4, "lora_alpha": 2}')
    half = bench.wear(folder("sd15_lora", pipelines_root), 0.5)
    found = bench.wear(tmp_path / "adapter_model.safetensors")
    gap = np.abs(found.pixels.astype(int) - half.pixels.astype(int)).max()  # type: ignore[union-attr]
    assert gap <= 1


def test_a_kind_that_cannot_be_put_on_is_named(place: Path, tmp_path: Path) -> None:
    name = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k.hada_w{}_{}"
    save_file({name.format(n, s): torch.zeros(4, 768) for n in (1, 2) for s in "ab"}, tmp_path / "odd.safetensors")
    with pytest.raises(Refused, match="is a LoHa"):
        shelf.opened(tmp_path / "odd.safetensors")


# ---------------------------------------------------------------- what reads the words


def reading(draw: torch.Generator) -> Tensors:
    """The layers of the small text encoder, as kohya-ss names them."""
    made, wide = {}, clip_text().config.hidden_size
    for layer in range(3):
        for one in ("q_proj", "k_proj", "v_proj", "out_proj"):
            stem = f"lora_te_text_model_encoder_layers_{layer}_self_attn_{one}"
            made[f"{stem}.lora_down.weight"] = torch.randn(4, wide, generator=draw)
            made[f"{stem}.lora_up.weight"] = torch.randn(wide, 4, generator=draw) / 4
            made[f"{stem}.alpha"] = torch.tensor(4.0)
    return made


def test_the_layers_of_the_text_encoder_take_effect_and_are_undone(bench: Bench, lora: Tensors, tmp_path: Path) -> None:
    layers = kohya(lora)
    silent = {n: torch.zeros_like(t) if "lora_up" in n else t for n, t in layers.items()}  # of the U-Net, no effect
    save_file(silent | reading(torch.Generator().manual_seed(5)), tmp_path / "words.safetensors")
    save_file(silent, tmp_path / "silent.safetensors")
    bare = bench.worn()
    assert compare(bench.wear(tmp_path / "silent.safetensors"), bare) is None
    read = bench.wear(tmp_path / "words.safetensors")
    assert compare(read, bare) is not None
    assert compare(bench.worn(), bare) is None
    assert not any("lora" in name for name, _ in bench.engine._parts["text_encoder"].named_modules())
    assert compare(bench.wear(tmp_path / "words.safetensors"), read) is None


def test_a_lora_that_holds_nothing_of_the_model_costs_a_sentence_and_leaves_nothing(
    bench: Bench, tmp_path: Path
) -> None:
    blocks = [name for name, _ in unet().named_modules() if name.endswith("attn2.to_k")]
    assert blocks
    far = {blocks[0].replace("attentions.0", "attentions.9"): (32, 8)}
    save_file({f"unet.{n}": torch.ones(s) for n, s in shapes(far).items()}, tmp_path / "far.safetensors")
    bare = bench.worn()
    with pytest.raises(Refused, match="far"):
        bench.wear(tmp_path / "far.safetensors")
    assert compare(bench.worn(), bare) is None
