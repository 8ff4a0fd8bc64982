"""Memory that was freed, given back to the system instead of kept for the next time."""

import ctypes
import gc


def give_back_memory() -> None:
    """Let the C library give back what is free in its heaps, as glibc can; elsewhere nothing happens.

    It keeps what was freed between two pieces that are still used, which after indexing is some 50 MB for good.
    See malloc_trim(3).
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
