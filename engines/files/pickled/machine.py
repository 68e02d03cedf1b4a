"""A pickle's program followed by name only: opcodes move values about, and calls are answered here or refused.

Nothing is imported, looked up or called. The few functions that rebuild tensors are known by name and answered with
`View`s; other calls leave a `Left` behind where that is harmless, and refuse the file by name where it is not.
"""

import codecs
import pickletools
import struct
from collections.abc import Callable
from typing import Any, BinaryIO

from engines.contract import Refused
from engines.files.pickled import calls, names
from engines.files.pickled.symbols import Left, Named, Storage, View
from engines.files.source import shown

_STEPS = 2_000_000  # opcodes; a checkpoint of 2500 tensors with its optimiser has a fifth of that
_KEY = 1_000  # letters of a name
_FEW = 16  # arguments
_WIDE = 128  # bits of a whole number

codecs.lookup("raw-unicode-escape")  # of the old text opcodes: here, so that no file brings about an import

_PUSHED = "INT BININT BININT1 BININT2 LONG LONG1 LONG4 STRING BINSTRING SHORT_BINSTRING BINBYTES SHORT_BINBYTES"
_PUSHED += " BINBYTES8 BYTEARRAY8 UNICODE SHORT_BINUNICODE BINUNICODE BINUNICODE8 FLOAT BINFLOAT"


class Machine:
    """Follows programs of one file. `storages` are the runs of numbers they have named, whole."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.storages: dict[str, Storage] = {}
        self._clear()

    def _clear(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.copied = 0

    def run(self, program: BinaryIO) -> Any:
        """The value the program in memory leaves; `program` stands behind it then.

        Raises Refused('bad-file') with what it wants to run, or that it is damaged.
        """
        self._clear()
        try:
            for step, (opcode, given, _) in enumerate(pickletools.genops(program)):
                if opcode.name == "STOP":
                    return self.stack.pop()
                if step > _STEPS:
                    raise Refused("bad-file", f"{self.name} is a pickle too long to be weights.")
                _DOES[opcode.name](self, given)
        except (ValueError, IndexError, KeyError, struct.error, OverflowError) as error:
            raise Refused("bad-file", f"{self.name} is a pickle that is damaged or was cut short.") from error
        raise AssertionError("a program ends at STOP or in ValueError")

    # ------------------------------------------------------------ values

    def push(self, value: Any) -> None:
        if type(value) is int and value.bit_length() > _WIDE:
            value = Left("int", needed=False)
        self.stack.append(value)

    def marked(self) -> list[Any]:
        """What lies above the last mark, taken off."""
        above, self.stack = self.stack, self.marks.pop()
        return above

    def mark(self, _: Any) -> None:
        self.marks.append(self.stack)
        self.stack = []

    def pop(self, _: Any) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self.marked()

    def put(self, index: int) -> None:
        if not 0 <= index <= _STEPS:
            raise ValueError("no such place")
        self.memo[index] = self.stack[-1]

    def gather(self, count: int) -> None:
        if len(self.stack) < count:
            raise IndexError
        parts = self.stack[-count:]
        del self.stack[-count:]
        self.stack.append(tuple(parts))

    def frozen(self, _: Any) -> None:
        self.marked()
        self.push(Left("builtins.frozenset", needed=False))

    def fill(self, items: list[Any]) -> None:
        """Add `items` to the list on top, or forget them with the object that was not made."""
        top = self.stack[-1]
        if type(top) is list:
            top.extend(items)
        elif not isinstance(top, Left):
            raise ValueError("no list")

    def assign(self, items: list[Any]) -> None:
        """Set pairs in the dict on top. Only texts name weights; other keys are forgotten, and never hashed."""
        top = self.stack[-1]
        if len(items) % 2 or not isinstance(top, dict | Left):
            raise ValueError("no dict")
        if isinstance(top, dict):
            pairs = zip(items[::2], items[1::2], strict=True)
            top.update({key: value for key, value in pairs if type(key) is str and len(key) <= _KEY})

    def filled(self, items: list[Any]) -> None:
        self.stack.append({})
        self.assign(items)

    # ------------------------------------------------------------ names and calls

    def named(self, full: str) -> None:
        """Put a global on the stack by its name, or refuse the file for naming it."""
        if names.unwelcome(full):
            raise self.wants(full)
        self.stack.append(Named(full))

    def named_apart(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        if type(name) is not str or type(module) is not str:
            raise ValueError("no name")
        if len(name) + len(module) > _KEY:
            raise ValueError("no name of anything")
        self.named(f"{module}.{name}")

    def call(self, function: Any, given: Any) -> None:
        if not isinstance(function, Named | Left):
            raise ValueError("no function")
        name = function.full if isinstance(function, Named) else function.name
        if type(given) is not tuple and not (type(given) is list and not given):
            raise ValueError("no arguments")
        self.copied += sum(len(part) for part in (given, *given[:_FEW]) if isinstance(part, dict | list | tuple))
        if len(given) > _FEW or self.copied > _STEPS:  # one long list handed to a million calls
            raise ValueError("no call of a checkpoint's")
        if isinstance(function, Left) or (answer := calls.answer(name, tuple(given))) is calls.UNKNOWN:
            raise self.wants(name)
        self.stack.append(answer)

    def called(self, _: Any) -> None:
        given = self.stack.pop()
        self.call(self.stack.pop(), given)

    def called_by_name(self, full: str) -> None:
        given = tuple(self.marked())
        self.named(full.replace(" ", ".", 1))
        self.call(self.stack.pop(), given)

    def called_from_mark(self, _: Any) -> None:
        function, *given = self.marked()
        self.call(function, tuple(given))

    def made(self, keywords: bool) -> None:
        """An empty object of a class: a dict where that is what it is, and a leftover otherwise."""
        if keywords:
            self.stack.pop()
        given, kind = self.stack.pop(), self.stack.pop()
        if type(given) is not tuple or not isinstance(kind, Named):
            raise ValueError("no class")
        self.stack.append(calls.instance(kind.full))

    def built(self, _: Any) -> None:
        """The state of an object is forgotten with it; to set one of a class or a function would be to change it."""
        self.stack.pop()
        top = self.stack[-1]
        if isinstance(top, Named):
            raise self.wants(top.full)
        if not isinstance(top, dict | Left | View):
            raise ValueError("no object")

    def stored(self, _: Any) -> None:
        """The storage that a persistent name stands for."""
        storage = calls.storage(self.stack.pop())
        if isinstance(storage, Storage):
            whole = Storage(storage.key, storage.dtype, storage.whole, 0, storage.whole)
            if self.storages.setdefault(storage.key, whole) != whole:
                raise ValueError("one storage, two sizes")
        self.stack.append(storage)

    def unknown(self, _: Any) -> None:
        raise ValueError("not written by any pickler of weights")

    def wants(self, name: str) -> Refused:
        return Refused("bad-file", f"{self.name} wants to run `{shown(name)}`, so it is not opened.")


_DOES: dict[str, Callable[[Machine, Any], object]] = dict.fromkeys(_PUSHED.split(), Machine.push)
_DOES |= {
    "NONE": lambda m, _: m.push(None),
    "NEWTRUE": lambda m, _: m.push(True),
    "NEWFALSE": lambda m, _: m.push(False),
    "EMPTY_LIST": lambda m, _: m.push([]),
    "EMPTY_DICT": lambda m, _: m.push({}),
    "EMPTY_TUPLE": lambda m, _: m.push(()),
    "EMPTY_SET": lambda m, _: m.push(Left("builtins.set", needed=False)),
    "LIST": lambda m, _: m.push(m.marked()),
    "DICT": lambda m, _: m.filled(m.marked()),
    "TUPLE": lambda m, _: m.push(tuple(m.marked())),
    "TUPLE1": lambda m, _: m.gather(1),
    "TUPLE2": lambda m, _: m.gather(2),
    "TUPLE3": lambda m, _: m.gather(3),
    "FROZENSET": Machine.frozen,
    "APPEND": lambda m, _: m.fill([m.stack.pop()]),
    "APPENDS": lambda m, _: m.fill(m.marked()),
    "ADDITEMS": lambda m, _: m.fill(m.marked()),
    "SETITEM": lambda m, _: m.assign([m.stack.pop(-2), m.stack.pop()]),
    "SETITEMS": lambda m, _: m.assign(m.marked()),
    "MARK": Machine.mark,
    "POP": Machine.pop,
    "POP_MARK": lambda m, _: m.marked(),
    "DUP": lambda m, _: m.push(m.stack[-1]),
    "MEMOIZE": lambda m, _: m.put(len(m.memo)),
    "GLOBAL": lambda m, full: m.named(full.replace(" ", ".", 1)),
    "STACK_GLOBAL": lambda m, _: m.named_apart(),
    "INST": Machine.called_by_name,
    "OBJ": Machine.called_from_mark,
    "NEWOBJ": lambda m, _: m.made(False),
    "NEWOBJ_EX": lambda m, _: m.made(True),
    "REDUCE": Machine.called,
    "BUILD": Machine.built,
    "BINPERSID": Machine.stored,
    "PROTO": lambda m, _: None,
    "FRAME": lambda m, _: None,
}
_DOES |= dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), Machine.put)
_DOES |= dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), lambda m, index: m.push(m.memo[index]))
_DOES |= dict.fromkeys(("PERSID", "EXT1", "EXT2", "EXT4", "NEXT_BUFFER", "READONLY_BUFFER"), Machine.unknown)
