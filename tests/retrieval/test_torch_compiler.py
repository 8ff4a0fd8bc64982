"""torch's compiler stays out of the imports, and is there, whole, for whoever wants it."""

import subprocess
import sys

STARTED = """
import sys
import bot.app
from retrieval.clip_encoder import load_encoder
load_encoder("tiny-clip", text_runtime="auto", image_runtime="auto").warm_up()
print("torch._dynamo" in sys.modules, "sympy" in sys.modules)
import torch._dynamo.utils as utils
asked = sys.modules["torchvision.ops.roi_align"].is_compile_supported
print(asked is utils.is_compile_supported, asked("cpu") == utils.is_compile_supported("cpu"))
utils.counters.clear()
"""
WANTED = """
import sys
from retrieval.torch_compiler import left_out
with left_out():
    import torch
    marked = torch.compiler.disable(len), torch.compiler.disable()(len)
    print(marked == (len, len), "torch._dynamo.eval_frame" in sys.modules)
    from torch._dynamo import optimize
    print(optimize.__module__)
before = sys.modules["torch._dynamo"]
with left_out():
    print(sys.modules["torch._dynamo"] is before, torch.compiler.disable(lambda: 1).__name__)
"""


def said(program: str) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.splitlines()


def test_the_bot_starts_without_it_and_it_can_still_be_used():
    assert said(STARTED) == ["False False", "False True"]


def test_the_real_one_comes_when_more_is_wanted_of_it():
    first, second, third = said(WANTED)
    assert first == "True False"
    assert second.startswith("torch._dynamo")
    assert third.startswith("True")
