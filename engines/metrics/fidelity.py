"""torch-fidelity's modules, for checks against them, without torchvision.

Its package imports data sets of torchvision's when it is imported; none of what is compared with needs them. So the
package is entered as a bare one with the same path, and its modules are imported from there as they are. Here for the
agreement and the benchmarks only: nothing that measures needs it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

NAME = "torch_fidelity"


class _Absent(ModuleType):
    """Stands for the module that reads data sets: others import names from it that are not used here."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None


def there() -> bool:
    """Whether it is installed; then it can be imported from now on, by torchmetrics too."""
    if NAME in sys.modules:
        return True
    spec = importlib.util.find_spec(NAME)
    if spec is None or spec.submodule_search_locations is None:
        return False
    if importlib.util.find_spec("torchvision") is None:
        package = ModuleType(NAME)
        package.__path__, package.__spec__ = list(spec.submodule_search_locations), spec
        sys.modules[NAME], sys.modules[f"{NAME}.utils"] = package, _Absent(f"{NAME}.utils")
    return True


def module(name: str) -> Any:
    """One of its modules. ImportError where it is not installed."""
    if not there():
        raise ImportError(f"{NAME} is not installed")
    return importlib.import_module(f"{NAME}.{name}")
