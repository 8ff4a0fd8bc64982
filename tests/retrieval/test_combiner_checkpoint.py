import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from retrieval.combiner import Combiner
from retrieval.combiner_checkpoint import load_combiner, save_combiner
from retrieval.errors import CombinerInvalid

Tensors = dict[str, torch.Tensor]


@pytest.fixture
def combiner() -> Combiner:
    torch.manual_seed(1)
    return Combiner(6, 10, 14).eval()


def assert_same(loaded: Combiner, combiner: Combiner, tolerance: float = 0) -> None:
    expected = combiner.state_dict()
    for name, tensor in loaded.state_dict().items():
        assert tensor.dtype == torch.float32
        torch.testing.assert_close(tensor, expected[name], atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("published", [True, False])
def test_what_torch_saved(published: bool, combiner: Combiner, tmp_path: Path) -> None:
    path = tmp_path / "combiner.pt"
    state = combiner.state_dict()
    torch.save({"epoch": 12, "Combiner": state} if published else state, path)

    checkpoint = load_combiner(path)

    assert_same(checkpoint.combiner, combiner)
    assert checkpoint.combiner.dimension == 6
    assert checkpoint.name == "combiner:" + hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    assert checkpoint.weights_hash is None
    assert not checkpoint.combiner.training


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 0), (torch.float16, 1e-3)])
def test_what_was_saved_here(dtype: torch.dtype, tolerance: float, combiner: Combiner, tmp_path: Path) -> None:
    path = tmp_path / "combiner.safetensors"

    save_combiner(combiner, path, "0123456789abcdef", dtype)

    checkpoint = load_combiner(path)
    assert_same(checkpoint.combiner, combiner, tolerance)
    assert checkpoint.weights_hash == "0123456789abcdef"


def test_safetensors_of_others_have_no_metadata(combiner: Combiner, tmp_path: Path) -> None:
    save_file(combiner.state_dict(), tmp_path / "c.safetensors")

    assert load_combiner(tmp_path / "c.safetensors").weights_hash is None


def missing(state: Tensors) -> None:
    del state["dynamic_scalar.3.bias"]


def unknown(state: Tensors) -> None:
    state["attention.weight"] = torch.zeros(3)


def odd_shape(state: Tensors) -> None:
    state["combiner_layer.weight"] = torch.zeros(14, 19)


def odd_axes(state: Tensors) -> None:
    state["text_projection_layer.weight"] = torch.zeros(60)


def not_a_number(state: Tensors) -> None:
    state["output_layer.bias"][0] = float("nan")


def infinite(state: Tensors) -> None:
    state["output_layer.bias"][0] = float("inf")


def whole_numbers(state: Tensors) -> None:
    state["output_layer.bias"] = torch.zeros(6, dtype=torch.int64)


def text(state: Tensors) -> None:
    state["output_layer.bias"] = "zeros"  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (missing, r"lacks dynamic_scalar\.3\.bias"),
        (unknown, r"another architecture: it also holds attention\.weight"),
        (odd_shape, r"combiner_layer\.weight of shape \[14, 19\].*\[14, 20\]"),
        (odd_axes, "wrong shape"),
        (not_a_number, r"not finite in output_layer\.bias"),
        (infinite, r"not finite in output_layer\.bias"),
        (whole_numbers, r"as output_layer\.bias"),
        (text, r"as output_layer\.bias"),
    ],
)
def test_tensors_that_make_no_combiner_are_refused(
    spoil: Callable[[Tensors], None], reason: str, combiner: Combiner, tmp_path: Path
) -> None:
    state = combiner.state_dict()
    spoil(state)
    torch.save({"epoch": 1, "Combiner": state}, tmp_path / "odd.pt")

    with pytest.raises(CombinerInvalid, match=rf"^The Combiner odd\.pt .*{reason}.*\.$"):
        load_combiner(tmp_path / "odd.pt")


class Spy:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self.path, "w")


@pytest.mark.parametrize("name", ["c.pt", "c.safetensors"])
@pytest.mark.parametrize("content", ["in torch's archive", "plainly pickled"])
def test_pickled_code_is_refused_and_not_run(name: str, content: str, tmp_path: Path) -> None:
    path, spy = tmp_path / name, {"Combiner": Spy(str(tmp_path / "ran"))}
    if content == "plainly pickled":
        path.write_bytes(pickle.dumps(spy, protocol=2))
    else:
        torch.save(spy, path)

    with pytest.raises(CombinerInvalid, match=r"^The Combiner c\.(pt|safetensors) .*\.$"):
        load_combiner(path)

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["c.pt", "c.safetensors"])
@pytest.mark.parametrize("content", [b"", b"some text", b"PK\x03\x04 no archive", b"\xff" * 1000])
def test_what_is_no_checkpoint_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(CombinerInvalid, match=r"^The Combiner c\.(pt|safetensors) .*\.$") as caught:
        load_combiner(tmp_path / name)

    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_a_checkpoint_cut_off_is_refused(suffix: str, combiner: Combiner, tmp_path: Path) -> None:
    path = tmp_path / f"c{suffix}"
    if suffix == ".pt":
        torch.save(combiner.state_dict(), path)
    else:
        save_combiner(combiner, path)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(CombinerInvalid):
        load_combiner(path)


@pytest.mark.parametrize("what", ["missing", "folder"])
def test_what_is_no_file_is_refused(what: str, tmp_path: Path) -> None:
    if what == "folder":
        (tmp_path / "c.pt").mkdir()

    with pytest.raises(CombinerInvalid, match=r"^The Combiner c\.pt cannot be read: .*\.$"):
        load_combiner(tmp_path / "c.pt")


def test_a_list_is_no_combiner(tmp_path: Path) -> None:
    torch.save([torch.zeros(3)], tmp_path / "c.pt")

    with pytest.raises(CombinerInvalid, match="no dictionary"):
        load_combiner(tmp_path / "c.pt")
