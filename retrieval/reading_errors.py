"""What the readers of weights raise on files that are damaged, hostile, or something else altogether.

`torch.load(weights_only=True)`, safetensors and the code that builds networks from configurations raise nearly
anything; none of it is worth a traceback to the person whose file it is.
"""

import pickle
import struct

import safetensors

READING_ERRORS = (
    pickle.UnpicklingError,
    safetensors.SafetensorError,
    struct.error,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
