"""The parts of the adapter for diffusers' pipelines, without a pipeline."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from engines.contract import Curve, Refused, Stopped
from engines.pipelines import keep
from engines.pipelines.folder import Folder
from engines.pipelines.live import Live
from engines.pipelines.parameters import helps
from engines.pipelines.turns import Turns

RISING = Curve(((0.0, 2.0), (1.0, 8.0)))


# ---------------------------------------------------------------- turns


def test_a_call_that_reports_becomes_an_iteration_with_a_result() -> None:
    def work(tell: Callable[[Any], None]) -> str:
        for n in range(3):
            tell(n)
        return "done"

    turns = Turns(work)
    assert list(turns) == [0, 1, 2]
    assert turns.result == "done"


def test_closing_stops_the_call_where_it_waits_and_it_may_tidy_up() -> None:
    seen: list[str] = []

    def work(tell: Callable[[Any], None]) -> None:
        try:
            tell(1)
            seen.append("went on")
        except Stopped:
            seen.append("stopped")
            raise
        finally:
            seen.append("tidied")

    steps = iter(Turns(work))
    assert next(steps) == 1
    steps.close()
    assert seen == ["stopped", "tidied"]


def test_what_the_call_raises_comes_out_of_the_iteration() -> None:
    def work(tell: Callable[[Any], None]) -> None:
        tell(1)
        raise ValueError("no")

    steps = iter(Turns(work))
    next(steps)
    with pytest.raises(ValueError, match="no"):
        next(steps)


def test_modes_of_torch_belong_to_whoever_runs() -> None:
    inside: list[bool] = []

    def work(tell: Callable[[Any], None]) -> None:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            for _ in range(2):
                tell(0)
                inside.append(torch.is_grad_enabled() or not torch.is_autocast_enabled("cpu"))

    for _ in Turns(work):
        assert torch.is_grad_enabled()
        assert not torch.is_autocast_enabled("cpu")
    assert inside == [False, False]
    assert torch.is_grad_enabled()


# ---------------------------------------------------------------- live numbers


def test_a_live_number_is_the_value_of_the_moment_in_arithmetic() -> None:
    live, one = Live(RISING), torch.ones(2)
    for position, value in ((0.0, 2.0), (0.5, 5.0), (1.0, 8.0)):
        live.at(position)
        assert torch.equal(live * one, value * one)
        assert (live - 1, 1 - live, live / 2, -live, live**2) == (value - 1, 1 - value, value / 2, -value, value**2)
        assert float((live * np.ones(1))[0]) == value


def test_it_compares_as_the_most_it_will_be_so_that_guidance_is_on_whenever_it_is_needed() -> None:
    live = Live(Curve(((0.0, 0.0), (1.0, 4.0))))
    assert live > 1.0
    assert isinstance(live, float)
    assert not Live(Curve(((0.0, 1.0),))) > 1.0


# ---------------------------------------------------------------- keeping


def test_what_is_kept_comes_back_bit_for_bit() -> None:
    draw = torch.Generator().manual_seed(1)
    value = {
        "a": [torch.randn(2, 3, generator=draw), None, (1, 2.5, True, "x")],
        "b": {"deep": torch.randn(4, generator=draw).to(torch.bfloat16), "whole": torch.arange(3)},
    }
    back = keep.unpack(keep.pack(value))
    assert torch.equal(back["a"][0], value["a"][0])
    assert back["a"][1:] == [None, (1, 2.5, True, "x")]
    assert back["b"]["deep"].dtype == torch.bfloat16
    assert torch.equal(back["b"]["deep"], value["b"]["deep"])
    assert torch.equal(back["b"]["whole"], torch.arange(3))


def test_only_plain_values_are_kept() -> None:
    assert keep.plain({"a": 1, "b": object(), "c": [torch.zeros(1), object()]}) == {"a": 1}
    with pytest.raises(keep.Unkept, match="object"):
        keep.pack([object()])
    with pytest.raises(ValueError, match="no state of a pipeline"):
        keep.unpack({"x": np.zeros(1)})


# ---------------------------------------------------------------- folders


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        (None, "model_index.json is not there"),
        ("{", "not the JSON"),
        ("[1]", "not the JSON"),
        ('{"_class_name": "EvilPipeline"}', "names EvilPipeline, which is no pipeline diffusers knows"),
        ('{"_class_name": "AutoencoderKL"}', "no pipeline"),
    ],
)
def test_a_folder_that_is_no_model_costs_a_sentence(tmp_path: Any, index: str | None, sentence: str) -> None:
    if index is not None:
        (tmp_path / "model_index.json").write_text(index)
    with pytest.raises(Refused, match=sentence):
        Folder(tmp_path)


@pytest.mark.parametrize("library", ["os", "my_code", "stable_diffusion..os", "../evil"])
def test_classes_come_from_diffusers_and_transformers_alone(tmp_path: Any, library: str) -> None:
    index = {"_class_name": "DDPMPipeline", "unet": [library, "system"], "scheduler": ["diffusers", "DDPMScheduler"]}
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(Refused, match="code of its own"):
        Folder(tmp_path).skeleton()


def test_help_is_the_first_sentence_of_a_docstring() -> None:
    doc = """
        Args:
            eta (`float`, *optional*, defaults to 0.0):
                Corresponds to eta. Only applies
                to DDIM.
            steps (`int`): How many.
    """
    assert helps(doc)["eta"] == "Corresponds to eta."


def test_a_component_that_is_not_whole_is_named(tmp_path: Any, pipelines_root: Any) -> None:
    import shutil

    from tests.tiny.pipelines import folder

    shutil.copytree(folder("sd15", pipelines_root), tmp_path / "mine")
    (tmp_path / "mine" / "scheduler" / "scheduler_config.json").unlink()
    with pytest.raises(Refused, match="scheduler"):
        Folder(tmp_path / "mine").skeleton()
