"""Lets libraries be imported without torch's compiler, which Pictalk never runs: 70 MB and a second of each start.

torchvision imports `torch._dynamo.utils` for one function, and timm marks functions of its own as not to be compiled,
for which `torch.compiler.disable` imports all of `torch._dynamo`. While `left_out` lasts both get a stand-in: it asks
the real module when that function is called, marks nothing, and makes way for the real module when anything else is
wanted of it. Nobody meets it afterwards.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_COMPILER = "torch._dynamo"
_UTILITIES = f"{_COMPILER}.utils"


@contextmanager
def left_out() -> Iterator[None]:
    """For the time of an import; does nothing where the compiler has been imported already."""
    if _COMPILER in sys.modules:
        yield
        return
    sys.modules[_COMPILER] = _Absent(_COMPILER, __path__=[], disable=_unmarked)
    sys.modules[_UTILITIES] = _Absent(_UTILITIES, is_compile_supported=_is_compile_supported)
    try:
        yield
    finally:
        _make_way()


class _Absent(ModuleType):
    """A module that is imported when something is asked of it that nobody has foreseen."""

    def __init__(self, name: str, **known: Any) -> None:
        super().__init__(name)
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import machinery's own questions
            raise AttributeError(name)
        _make_way()
        return getattr(importlib.import_module(self.__name__), name)


def _make_way() -> None:
    for name in (_COMPILER, _UTILITIES):
        if isinstance(sys.modules.get(name), _Absent):
            del sys.modules[name]


def _unmarked(function: Any = None, recursive: bool = True, *, reason: str | None = None) -> Any:
    """`torch._dynamo.disable` as a decorator with or without arguments, for functions that nobody compiles."""
    return _same if function is None else function


def _same(function: Any) -> Any:
    return function


def _is_compile_supported(device_type: str) -> bool:
    real: Callable[[str], bool] = importlib.import_module(_UTILITIES).is_compile_supported
    return real(device_type)
