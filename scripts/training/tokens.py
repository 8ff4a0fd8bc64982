"""The tokenizer that tiny-clip is trained with: open_clip's own, over the merges of the bundle."""

from pathlib import Path
from typing import Any

from retrieval.torchvision_operators import declare_operators
from scripts.training.architecture import CONTEXT, MERGES_FILE, write_merges


def bundled_tokenizer(work: Path) -> Any:
    """An `open_clip.tokenizer.SimpleTokenizer` over the cut merges, which are written into `work`."""
    declare_operators()
    from open_clip.tokenizer import SimpleTokenizer

    work.mkdir(parents=True, exist_ok=True)
    write_merges(work / MERGES_FILE)
    return SimpleTokenizer(bpe_path=str(work / MERGES_FILE), context_length=CONTEXT)
