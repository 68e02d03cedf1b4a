"""A transformer in a file of its own makes, with what lies beside it, what its diffusers folder makes."""

import functools
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from app.cli.make import compare
from engines import contract, shelf
from engines.contract import EngineCard, Media, Refused, Request, Result
from engines.pipelines import beside, joined, schema, single
from engines.pipelines.engine import Pipeline
from engines.shelf import Found, Model
from tests.joined_models import BUILDERS, Built
from tests.model_headers import write

Make = Callable[[str], Built]
QUICK = ("flux1 schnell", "z-image")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Make:
    return functools.cache(lambda name: Built(name, BUILDERS[name][1], tmp_path_factory.mktemp("joined")))


@pytest.fixture
def make(built: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Small models by name; a folder of the same kind, with another network, is what the last scan found."""

    def one(name: str) -> Built:
        model = built(name)
        monkeypatch.setenv("DARKROOM_OWN_ASSETS", str(model.assets))
        monkeypatch.setenv("DARKROOM_MODELS", str(tmp_path / "shelf"))
        scanned(tmp_path / "shelf", model.other, name)
        return model

    return one


def scanned(place: Path, folder: Path, name: str) -> None:
    family = "sd35" if name == "sd35" else name.split()[0]
    needs = beside.wanted(family, "").values()
    shelf.tell(place, [Found(str(folder), family, tuple(needs))])


def card_of(path: Path) -> EngineCard:
    found = schema.described(path)
    assert isinstance(found, Model)
    return found.card


def made(card: EngineCard) -> Media:
    sizes: dict[str, Any] = {"size": (64, 64)} if "size" in card.info.takes else {}
    if card.info.medium == "video":
        sizes["length"] = 9 / (16 if "(Wan" in card.info.summary else 25)
    request = Request(engine=card.info.name, prompt="a red boat", seed=4, options={"steps": 2}, **sizes)
    *_, last = Pipeline(card).generate(contract.check(card, request))
    assert isinstance(last, Result)
    return last.media


@pytest.mark.parametrize("name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in BUILDERS])
def test_a_file_makes_what_its_folder_makes_bit_for_bit(name: str, make: Make) -> None:
    model = make(name)
    ours, whole = card_of(model.file), card_of(model.folder)
    assert ours.params == whole.params
    assert (ours.info.sizes, ours.info.takes, ours.info.tokens) == (
        whole.info.sizes,
        whole.info.takes,
        whole.info.tokens,
    )
    assert set(map(Path, ours.beside.values())) <= {model.other, *model.other.iterdir()}
    found = made(ours)
    assert compare(found, made(whole)) is None
    assert compare(found, made(card_of(model.other))) is not None, "its own network changed nothing"


def test_the_weights_have_the_wished_precision_as_the_library_keeps_it(make: Make) -> None:
    from diffusers import WanTransformer3DModel

    model = make("wan21")
    loaded = {part: net for part, _, net in single.source_of(model.file).load(torch.bfloat16)}
    theirs = WanTransformer3DModel.from_pretrained(model.folder / "transformer", torch_dtype=torch.bfloat16)
    ours = loaded["transformer"].state_dict()
    assert {k: t.dtype for k, t in theirs.state_dict().items()} == {k: t.dtype for k, t in ours.items()}
    assert all(torch.equal(tensor, ours[key]) for key, tensor in theirs.state_dict().items())
    assert len({tensor.dtype for tensor in ours.values()}) == 2


def test_parts_in_files_of_their_own_are_taken_too(make: Make, tmp_path: Path) -> None:
    """ComfyUI keeps them so. The tokenizer of T5 still comes from a folder; CLIP's is Darkroom's own."""
    model, files = make("flux1 schnell"), tmp_path / "models"
    for place in ("diffusion_models", "vae", "text_encoders"):
        (files / place).mkdir(parents=True)
    shutil.copy(model.file, files / "diffusion_models/net.safetensors")
    save_file(dict(model.pipe.vae.state_dict()), files / "vae/ae.safetensors")
    clip = {f"text_model.{key}": tensor for key, tensor in model.pipe.text_encoder.state_dict().items()}
    save_file(clip, files / "text_encoders/clip_l.safetensors")
    t5 = {key: tensor for key, tensor in model.pipe.text_encoder_2.state_dict().items() if "embed_tokens" not in key}
    save_file({key: tensor.clone() for key, tensor in t5.items()}, files / "text_encoders/t5xxl.safetensors")
    source = single.source_of(files / "diffusion_models/net.safetensors")
    places = dict(card_of(files / "diffusion_models/net.safetensors").beside) | {
        "vae": str(files / "vae/ae.safetensors"),
        "text_encoder": str(files / "text_encoders/clip_l.safetensors"),
        "text_encoder_2": str(files / "text_encoders/t5xxl.safetensors"),
    }
    loaded = {part: net for part, _, net in single.source_of(source.path, places).load(torch.float32)}
    for part in ("vae", "text_encoder", "text_encoder_2"):
        theirs, ours = getattr(model.pipe, part).state_dict(), loaded[part].state_dict()
        assert theirs.keys() == ours.keys()
        assert all(torch.equal(tensor, ours[key]) for key, tensor in theirs.items())


def test_files_that_lie_beside_it_are_found(make: Make, tmp_path: Path) -> None:
    model = make("z-image")
    (tmp_path / "vae").mkdir()
    (tmp_path / "diffusion_models").mkdir()
    shutil.copy(model.file, tmp_path / "diffusion_models/net.safetensors")
    save_file(dict(model.pipe.vae.state_dict()), tmp_path / "vae/ae.safetensors")
    shutil.rmtree(tmp_path / "shelf")
    with pytest.raises(Refused, match=r"^net\.safetensors holds Z-Image without its Qwen3-4B text encoder: "):
        schema.described(tmp_path / "diffusion_models/net.safetensors")


# ---------------------------------------------------------------- what is missing or does not fit


def test_an_encoder_whose_numbers_are_scaled_in_an_unknown_way_is_no_encoder(tmp_path: Path) -> None:
    shapes = {"text_model.embeddings.token_embedding.weight": (49408, 768)}
    write(tmp_path / "clip_l.safetensors", shapes)
    assert [place.part for place in beside.offered(tmp_path / "clip_l.safetensors")] == ["clip-l"]
    write(tmp_path / "clip_l.safetensors", shapes | {"text_model.a.scale_weight": (1,)})
    assert beside.offered(tmp_path / "clip_l.safetensors") == []


def test_what_is_nowhere_is_named(make: Make, tmp_path: Path) -> None:
    model = make("flux1 schnell")
    shutil.rmtree(tmp_path / "shelf")
    said = "Flux.1 schnell without its CLIP-L text encoder, T5-XXL text encoder and VAE of Flux.1: scan a folder"
    with pytest.raises(Refused) as caught:
        schema.described(model.file)
    assert said in caught.value.failure.sentence
    assert caught.value.failure.kind == "missing"


@pytest.mark.parametrize("name", ["flux1 dev", "sd35", "ltx"])
def test_settings_that_may_not_be_passed_on_come_from_the_users_folder(name: str, make: Make, tmp_path: Path) -> None:
    model = make(name)
    assert card_of(model.file).beside["configs"] == str(model.other)
    shutil.rmtree(tmp_path / "shelf")
    with pytest.raises(Refused, match=r"whose settings may not be passed on with Darkroom: open a diffusers folder"):
        schema.described(model.file)


def test_a_part_that_goes_is_missed_and_looked_for_anew(make: Make, tmp_path: Path) -> None:
    model = make("z-image")
    moved, again = tmp_path / "moved", tmp_path / "again"
    shutil.copytree(model.other, moved)
    scanned(tmp_path / "shelf", moved, "z-image")
    opened = shelf.opened(model.file)
    assert isinstance(opened, Model)
    moved.rename(again)
    card = shelf.cards(tmp_path / "shelf")[opened.card.info.name]
    assert card.missing == tuple(opened.card.beside.values())
    scanned(tmp_path / "shelf", again, "z-image")
    other = shelf.opened(model.file)
    assert isinstance(other, Model)
    assert not shelf.cards(tmp_path / "shelf")[other.card.info.name].missing
    assert other.card.info.name == opened.card.info.name


def test_other_parts_make_another_model(make: Make, tmp_path: Path) -> None:
    model, changed = make("z-image"), tmp_path / "changed"
    first = card_of(model.file).info.name
    shutil.copytree(model.other, changed)
    vae = changed / "vae/diffusion_pytorch_model.safetensors"
    save_file({key: tensor + 1 for key, tensor in model.pipe.vae.state_dict().items()}, vae)
    scanned(tmp_path / "shelf", changed, "z-image")
    assert card_of(model.file).info.name != first


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("flux1 schnell", {"final_layer.linear.weight": None}, "does not fit Flux.1 schnell: "),
        ("flux1 schnell", {"single_blocks.0.linear2.weight": torch.ones(3, 4)}, "is 3 x 4, not 32 x 160"),
        ("z-image", {"layers.0.attention.qkv.weight": torch.ones(3)}, "does not fit Z-Image: "),
        ("wan21", {"blocks.1.ffn.2.bias": None}, "its network lacks blocks.1.ffn.net.2.bias"),
        ("z-image", {"layers.900000000.x": torch.ones(1)}, "does not fit Z-Image: "),
    ],
)
def test_what_does_not_fit_is_named_before_it_is_loaded(
    name: str, change: dict[str, Any], said: str, make: Make, tmp_path: Path
) -> None:
    model = make(name)
    state = {key: tensor for key, tensor in (model.state | change).items() if tensor is not None}
    save_file(state, tmp_path / "odd.safetensors")
    with pytest.raises(Refused) as caught:
        schema.described(tmp_path / "odd.safetensors")
    assert said in caught.value.failure.sentence


def test_any_change_of_names_and_shapes_is_a_sentence_or_a_model(make: Make, tmp_path: Path) -> None:
    """A dozen files with one tensor gone, doubled under another name or of another shape, from a generator."""
    draw, models = random.Random(5), [make("flux1 schnell"), make("z-image"), make("wan21")]
    odd = tmp_path / "odd.safetensors"
    for n in range(12):
        model = make(models[n % len(models)].name)
        state = dict(model.state)
        name = draw.choice(sorted(state))
        tensor = state.pop(name)
        shapes = [(0,), (0, 3), (3,), (1, 1), (1, 0, 1), (), (7, 2, 2), (2, 3, 1, 2, 2), tuple(tensor.shape[::-1])]
        if draw.random() < 0.7:
            state[name] = torch.zeros(draw.choice(shapes))
        else:
            state[name.replace("blocks.0", f"blocks.{draw.choice((7, 10**9))}").replace("layers.0", "layers.x")] = (
                tensor
            )
        save_file(state, odd)
        said = sentence_of(odd)
        assert len(said) < 400
        assert "\n" not in said


def sentence_of(path: Path) -> str:
    """Why it is refused; '' where it is a model. Anything but a refusal is a fault."""
    try:
        schema.described(path)
    except Refused as refused:
        return refused.failure.sentence
    return ""


def test_a_file_that_has_changed_is_not_loaded(make: Make, tmp_path: Path) -> None:
    model = make("z-image")
    shutil.copy(model.file, tmp_path / "m.safetensors")
    source = single.source_of(tmp_path / "m.safetensors")
    save_file(model.state | {"more": torch.ones(3)}, tmp_path / "m.safetensors")
    with pytest.raises(Refused, match="has changed since"):
        next(source.load(torch.float32))


# ---------------------------------------------------------------- the shipped configurations

TRUE = {"flux1": 11_891_178_560, "qwen-image": 20_430_401_088, "z-image": 6_154_908_736, "wan21": 1_418_996_800}


@pytest.mark.parametrize("pack", TRUE)
def test_the_shipped_configurations_are_of_true_size(pack: str) -> None:
    from engines.files import assets
    from engines.pipelines.folder import Folder

    parts = Folder(Path("no"), assets.root() / joined.PACKED / pack)
    sizes = {
        name: sum(weight.numel() for weight in parts._empty(name).parameters())
        for name, (library, _) in parts.components.items()
        if (library == "diffusers" and name != "scheduler") or name.startswith("text_encoder")
    }
    assert sizes.pop("transformer") == TRUE[pack]
    known = {"flux1": (83_819_683, 123_060_480, 4_762_310_656), "z-image": (83_819_683, 4_022_468_096)}
    known |= {"qwen-image": (126_892_531, 8_292_166_656), "wan21": (126_892_531, 5_680_910_336)}
    assert sorted(sizes.values()) == sorted(known[pack])
