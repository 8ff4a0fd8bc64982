import hashlib
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from retrieval.combiner import Combiner, CombinerComposition
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


def published_formula(tensors: Mapping[str, np.ndarray], image: np.ndarray, text: np.ndarray) -> np.ndarray:
    """CLIP4Cir's Combiner written down in NumPy alone, one query at a time."""
    w = {name: values.astype(np.float64) for name, values in tensors.items()}

    def relu(values: np.ndarray) -> np.ndarray:
        return np.where(values > 0, values, 0.0)

    composed = []
    for i, t in zip(image.astype(np.float64), text.astype(np.float64), strict=True):
        words = relu(w["text_projection_layer.weight"] @ t + w["text_projection_layer.bias"])
        picture = relu(w["image_projection_layer.weight"] @ i + w["image_projection_layer.bias"])
        both = np.concatenate((words, picture))
        hidden = relu(w["combiner_layer.weight"] @ both + w["combiner_layer.bias"])
        mixture = w["output_layer.weight"] @ hidden + w["output_layer.bias"]
        gate = relu(w["dynamic_scalar.0.weight"] @ both + w["dynamic_scalar.0.bias"])
        share = 1 / (1 + np.exp(-(w["dynamic_scalar.3.weight"] @ gate + w["dynamic_scalar.3.bias"])))
        query = mixture + share * t + (1 - share) * i
        composed.append(query / np.sqrt((query**2).sum()))
    return np.array(composed)


@pytest.mark.parametrize("published", [True, False], ids=["with epoch", "bare"])
@pytest.mark.parametrize("sizes", [(6, 10, 14), (64, 256, 512)], ids=str)
def test_a_published_file_composes_as_the_published_formula_says(
    sizes: tuple[int, int, int], published: bool, tmp_path: Path
) -> None:
    check_against_the_formula(sizes, published, tmp_path)


@pytest.mark.slow
def test_a_file_of_the_published_size_does_too(tmp_path: Path) -> None:
    check_against_the_formula((640, 2560, 5120), True, tmp_path)


def check_against_the_formula(sizes: tuple[int, int, int], published: bool, tmp_path: Path) -> None:
    d, p, h = sizes
    shapes = {
        "text_projection_layer": (p, d), "image_projection_layer": (p, d), "combiner_layer": (h, 2 * p),
        "output_layer": (d, h), "dynamic_scalar.0": (h, 2 * p), "dynamic_scalar.3": (1, h),
    }  # fmt: skip
    generator = np.random.default_rng(20)
    tensors: dict[str, np.ndarray] = {}
    for name, (rows, columns) in shapes.items():
        spread = np.float32(1.5 / np.sqrt(columns))
        tensors[f"{name}.weight"] = spread * generator.standard_normal((rows, columns), dtype=np.float32)
        tensors[f"{name}.bias"] = np.float32(0.3) * generator.standard_normal(rows, dtype=np.float32)
    state = {name: torch.from_numpy(values) for name, values in tensors.items()}
    torch.save({"epoch": 12, "Combiner": state} if published else state, tmp_path / "c.pt")
    image, text = 4 * generator.standard_normal((2, 3, d), dtype=np.float32)

    composition = CombinerComposition(load_combiner(tmp_path / "c.pt").combiner, "combiner:published")

    expected = published_formula(tensors, image, text)
    np.testing.assert_allclose(composition(image, text)[:, 0], expected, atol=1e-5)
    unit = image / np.linalg.norm(image, axis=1, keepdims=True)
    assert np.abs(composition(unit, text)[:, 0] - expected).max() > 0.01, "raw features, whose length counts"


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


def test_a_combiner_of_other_inputs_is_refused(combiner: Combiner, tmp_path: Path) -> None:
    save_file(combiner.state_dict(), tmp_path / "c.safetensors", {"features": "normalised"})

    with pytest.raises(CombinerInvalid, match=r"^The Combiner c\.safetensors .* not raw: .*\.$"):
        load_combiner(tmp_path / "c.safetensors")


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
