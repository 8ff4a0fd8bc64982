"""The C library's heaps: few of them, and what is free in them given back to the system. Only glibc has them."""

import ctypes
import gc

_M_ARENA_MAX = -8
"""mallopt(3), of malloc.h."""
_HEAPS = 2


def keep_few_heaps() -> None:
    """Let this process' threads share two heaps; to be called once, at its start.

    glibc makes up to eight a core, and each keeps what its threads have freed: 70 MB after indexing and some talk.
    Most of these threads wait for Python's lock anyway, so that they hardly ever wait for a heap's.
    """
    set_up = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_up is not None:
        set_up(_M_ARENA_MAX, _HEAPS)


def give_back_memory() -> None:
    """Give back what is free in the heaps; glibc itself gives back only what lies at their ends. See malloc_trim(3)."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
