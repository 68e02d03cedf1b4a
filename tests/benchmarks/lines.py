"""How long the program is, in lines per package."""

from pathlib import Path

from tests.benchmarks.row import Row

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "engines", "tests", "packaging")
ENDINGS = ("", ".py", ".sh", ".cmd")


def lines(package: str) -> int:
    """Lines of source below `package`, empty ones and comments included."""
    files = (path for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix in ENDINGS)
    return sum(len(path.read_bytes().splitlines()) for path in files if "__pycache__" not in path.parts)


def rows() -> list[Row]:
    """One row a package, the whole program as the other."""
    counted = {package: lines(package) for package in PACKAGES}
    return [Row(f"lines, {name}/", count, sum(counted.values()), "lines", None) for name, count in counted.items()]
