"""The models panel over a studio with a scripted worker, and one of every sort of model."""

import pytest
from PySide6.QtCore import Qt

from app.ui import theme
from app.ui.models import ModelsPanel, words
from tests.model_headers import FLUX, GUIDED, ORIGINAL, VAE16, write
from tests.test_models import FLUX_PARTS, LORA, folder

Key = Qt.Key
SDXL_FILE = ORIGINAL["checkpoint", "sdxl", "", "xl_base"]
EMBEDDING = {"emb_params": (4, 768)}


@pytest.fixture
def root(tmp_path):
    """One of every sort: whole, lacking, twice there, broken."""
    root = tmp_path / "models"
    folder(root / "whole", "FluxPipeline", FLUX_PARTS)
    folder(root / "half", "FluxPipeline", FLUX_PARTS, skip="vae")
    write(root / "checkpoints" / "xl.safetensors", SDXL_FILE)
    write(root / "checkpoints" / "xl again.safetensors", SDXL_FILE)
    write(root / "unet" / "flux.safetensors", FLUX | GUIDED, dtype="BF16")
    write(root / "loras" / "cat.safetensors", LORA, {"ss_base_model_version": "sd_v1"})
    write(root / "vae" / "ae.safetensors", VAE16, dtype="F32")
    (root / "loras" / "torn.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{nonsense       ")
    return root


@pytest.fixture
def start(opened, qapp, folders):
    theme.apply(qapp, "dark")
    return lambda gate=None: opened(gate, models=folders.models)


@pytest.fixture
def studio(start):
    return start()


@pytest.fixture
def show(qtbot):
    """A way to show a panel of a studio."""

    def shown(studio):
        made = ModelsPanel(studio)
        qtbot.addWidget(made)
        made.resize(320, 700)
        made.show()
        qtbot.waitExposed(made)
        return made

    return shown


@pytest.fixture
def panel(studio, show):
    return show(studio)


@pytest.fixture
def full(panel, studio, qtbot, root):
    """The panel with everything of `root` in it."""
    studio.add_model_folder(root)
    settled(studio, panel, qtbot)
    return panel


def settled(studio, panel, qtbot):
    """Wait until nothing is looked at any more and the panel shows it."""
    qtbot.waitUntil(lambda: studio.looking is None and not studio._looks and not panel._soon.isActive())
    qtbot.wait(100)


def names(panel):
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def found(panel, name):
    return next(one for one in panel.model.rows if words.name(one.model) == name)


def choose(panel, name):
    panel.view.setCurrentIndex(panel.model.index(names(panel).index(name)))
    panel.view.setFocus()


def orders(studio, kind):
    return [order for order in studio.bridge.host.orders if isinstance(order, kind)]


def said(studio):
    return [sentence for _, sentence in studio.notices]
