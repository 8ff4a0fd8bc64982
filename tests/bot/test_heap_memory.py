"""What was freed goes back to the system."""

import subprocess
import sys

FREED = """
import ctypes, re, sys
from bot.heap_memory import give_back_memory, keep_few_heaps
keep_few_heaps()
def resident():
    return int(re.search(r"Rss:\\s+(\\d+)", open("/proc/self/smaps_rollup").read())[1]) / 1024
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
blocks = [libc.malloc(ctypes.c_size_t(64_000)) for _ in range(2000)]
for block in blocks:
    ctypes.memset(ctypes.c_void_p(block), 1, 64_000)
for block in blocks[:-1]:  # the last one keeps the end of the heap
    libc.free(ctypes.c_void_p(block))
before = resident()
give_back_memory()
print(before - resident())
"""


def test_freed_memory_between_used_pieces_is_given_back():
    done = subprocess.run([sys.executable, "-c", FREED], stdout=subprocess.PIPE, text=True, check=True)
    assert float(done.stdout) > 100
