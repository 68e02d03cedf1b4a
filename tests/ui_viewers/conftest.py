"""The viewers are looked at in the dark, each in a window of its own."""

import numpy as np
import pytest
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from app.ui import theme
from engines.contract import Audio

sides = st.integers(1, 5000)
spots = st.floats(0, 600)


@pytest.fixture(autouse=True)
def _dark(qtbot):
    theme.apply(QApplication.instance(), "dark")


def opened(qtbot, widget, width=400, height=300):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def beep(seconds=1.0, rate=8000, channels=1):
    time_axis = np.arange(int(seconds * rate)) / rate
    return Audio(np.repeat(np.sin(time_axis * 2000)[:, None], channels, 1).astype(np.float32) * 0.5, rate)
