"""The engine in the tutorial is an engine: cut out of the page and dropped in a folder, it obeys every law."""

import re
import subprocess
import sys
from collections.abc import Callable
from inspect import signature
from pathlib import Path

import numpy as np
import pytest

from app.host import Host
from engines import registry, wire
from engines.contract import EngineCard, Image, Request, check
from tests import test_contract as laws

ROOT = Path(__file__).resolve().parents[1]
NAME = "image/confetti"
LISTINGS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "engines" / "README.md").read_text("utf-8"), re.M | re.S)
LAWS = [
    law for name, law in vars(laws).items() if name.startswith("test_") and list(signature(law).parameters) == ["card"]
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plug-in folder that holds the listing and nothing else."""
    place = tmp_path_factory.mktemp("plugins")
    (place / "confetti.py").write_text(LISTINGS[0], "utf-8")
    return place


@pytest.fixture(scope="module")
def found(folder: Path) -> registry.Listing:
    return registry.listing([folder])


@pytest.fixture
def card(found: registry.Listing, monkeypatch: pytest.MonkeyPatch) -> EngineCard:
    """The card, with the laws looking at the listing it came from."""
    monkeypatch.setattr(laws, "FOUND", found)
    return found.cards[NAME]


def test_the_page_has_one_listing_of_a_readable_length() -> None:
    assert len(LISTINGS) == 1
    assert len([line for line in LISTINGS[0].splitlines() if line.strip()]) <= 80
    assert max(map(len, (LISTINGS[0].replace("  # type: ignore[valid-type]", "")).splitlines())) <= 120


def test_a_file_in_a_folder_is_all_it_takes(folder: Path, found: registry.Listing) -> None:
    assert set(found.cards) - set(registry.listing().cards) == {NAME}
    assert not found.broken
    assert found.cards[NAME].origin == str(folder / "confetti.py")


def test_listing_it_loads_no_torch(folder: Path) -> None:
    code = (
        "import sys; from engines import registry; found = registry.listing([sys.argv[1]]);"
        f"assert {NAME!r} in found.cards; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=True)


def test_there_are_laws() -> None:
    assert len(LAWS) >= 10


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_it_obeys(law: Callable[[EngineCard], None], card: EngineCard) -> None:
    law(card)


def test_words_decide_the_colour(card: EngineCard) -> None:
    """A saturated pixel of a 'blue' picture is blue, of a 'red' one red."""
    for word, strongest in (("red", 0), ("blue", 2)):
        pixels = _picture(card, prompt=word)
        scraps = pixels[np.ptp(pixels, -1) > 60]
        assert len(scraps) > 200
        assert (scraps.argmax(-1) == strongest).all()


def test_without_guidance_the_run_ends_on_a_picture_of_the_gallery(card: EngineCard, found: registry.Listing) -> None:
    """The posterior mean of known pictures tends to one of them as the noise goes."""
    module = sys.modules[found.classes[NAME].__module__]
    gallery = module._gallery(50).numpy().transpose(0, 2, 3, 1)  # type: ignore[attr-defined]
    pixels = _picture(card, prompt="green", options={"steps": 12, "guidance": 1.0})
    gaps = np.abs(gallery * 127.5 + 127.5 - pixels).max((1, 2, 3))
    assert gaps.min() <= 0.5 + 1e-3


def test_the_estimate_develops_over_the_run(card: EngineCard) -> None:
    told = laws._run(card, check(card, Request(engine=NAME, prompt="red", seed=3)))
    changes = [float(np.abs(a - b).mean()) for a, b in zip(told.estimates, told.estimates[1:], strict=False)]
    assert sum(change > 0.01 for change in changes) >= 5


def test_guidance_may_be_a_curve(card: EngineCard) -> None:
    flat = laws.Curve(((0.0, 2.0), (1.0, 2.0)))
    bent = laws.Curve(((0.0, 0.0), (1.0, 8.0)))
    plain = _picture(card, prompt="red")
    assert np.array_equal(_picture(card, prompt="red", curves={"guidance": flat}), plain)
    assert not np.array_equal(_first(card, prompt="red", curves={"guidance": bent}), _first(card, prompt="red"))


def test_a_worker_runs_it(folder: Path) -> None:
    with Host(env={"DARKROOM_PLUGINS": str(folder)}) as host:
        assert NAME in {card.info.name for card in host.hello().cards}
        news = list(host.run(wire.Generate(1, Request(engine=NAME, prompt="blue", seed=7, options={"steps": 4}))))
    assert isinstance(news[-1], wire.Finished)
    assert sum(isinstance(one, wire.Stepped) for one in news) == 4


def _picture(card: EngineCard, **asked: object) -> np.ndarray:
    media = laws._run(card, laws._request(card, **asked)).results[0].media
    assert isinstance(media, Image)
    return media.pixels.astype(np.int64)


def _first(card: EngineCard, **asked: object) -> np.ndarray:
    return laws._run(card, laws._request(card, **asked)).estimates[0]
