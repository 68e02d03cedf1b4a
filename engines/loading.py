"""What engines share whose model is loaded when it is first needed."""

from importlib import import_module
from typing import Any, ClassVar


class Loads:
    """Loads its model once; `loads` names the module whose `load()` gives it. Torch comes with that, and not before."""

    loads: ClassVar[str] = ""
    _model: Any = None

    def warm(self) -> None:
        """Load the weights, so that the next run starts at once."""
        if self._model is None:
            self._model = import_module(self.loads).load()
