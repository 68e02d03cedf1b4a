"""The panel of the timeline over a studio."""

import pytest

from app.ui import theme
from app.ui.sequence import Sequence
from tests.studio_kit import folders, opened, studio  # noqa: F401  fixtures
from tests.ui_sequence.kit import made


@pytest.fixture
def panel(studio, qtbot, qapp):  # noqa: F811
    theme.apply(qapp, "dark")
    studio.arrange("begin", lambda _: made())
    studio.undo_stack.clear()
    panel = Sequence(studio)
    qtbot.addWidget(panel)
    panel.resize(1200, 420)
    panel.show()
    qtbot.waitExposed(panel)
    panel.view.scale, panel.view.snapping = 80.0, False
    panel.view.scroll(-0.5, 0)
    panel.canvas.setFocus()
    return panel
