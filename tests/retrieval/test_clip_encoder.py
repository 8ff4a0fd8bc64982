import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.clip_models import load_model, open_clip
from retrieval.composition import load_composition
from retrieval.errors import ModelUnavailable
from retrieval.text_towers import cut_encode_text

TEXTS = [
    "",
    "a red summer dress",
    "the same with long sleeves, striped instead of plain, darker, and not as short as the one before that",
    "👗👠",
    "فستان أحمر",
    "<b>bold</b> & so on",
    "half a surrogate pair: \ud83d",
    "x" * 5000,
    "a b " * 2500,
]


def pictures(count: int, seed: int = 0) -> list[Image.Image]:
    values = np.random.default_rng(seed).integers(0, 256, (count, 50, 40, 3), dtype=np.uint8)
    return [Image.fromarray(value) for value in values]


def copied(clip_directory: Path, tmp_path: Path, **tensors: torch.Tensor) -> Path:
    """The model in another folder, with some of its tensors replaced."""
    directory = tmp_path / "copy"
    shutil.copytree(clip_directory, directory)
    path = directory / "open_clip_model.safetensors"
    save_file(load_file(path) | tensors, path)
    return directory


def test_features_are_raw_float32_of_the_models_width(clip_encoder: ClipEncoder) -> None:
    images, texts = clip_encoder.encode_images(pictures(3)), clip_encoder.encode_texts(TEXTS)

    assert images.shape == (3, clip_encoder.dimension)
    assert texts.shape == (len(TEXTS), clip_encoder.dimension)
    for features in (images, texts):
        assert features.dtype == np.float32
        assert np.isfinite(features).all()
        assert (np.abs(np.linalg.norm(features, axis=1) - 1) > 1e-3).all(), "not normalised"


def test_nothing_in_nothing_out(clip_encoder: ClipEncoder) -> None:
    assert clip_encoder.encode_images([]).shape == (0, clip_encoder.dimension)
    assert clip_encoder.encode_texts([]).shape == (0, clip_encoder.dimension)


def test_features_do_not_depend_on_the_batch(clip_encoder: ClipEncoder) -> None:
    many = pictures(70)

    together = clip_encoder.encode_images(many)

    for row in (0, 40, 69):
        np.testing.assert_allclose(together[[row]], clip_encoder.encode_images([many[row]]), atol=1e-5)
    words = clip_encoder.encode_texts(TEXTS)
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(words[[row]], clip_encoder.encode_texts([text]), atol=1e-5)


@pytest.mark.parametrize("text", TEXTS)
def test_leaving_the_padding_out_changes_nothing(clip_directory: Path, text: str) -> None:
    network = load_model(str(clip_directory)).network
    tokens = open_clip.get_tokenizer(f"local-dir:{clip_directory}")([text.encode("utf-8", "replace").decode()])
    with torch.inference_mode():
        np.testing.assert_allclose(
            cut_encode_text(network, tokens).numpy(), network.encode_text(tokens).numpy(), rtol=1e-4, atol=1e-6
        )


def test_features_are_those_of_open_clip(clip_directory: Path, clip_encoder: ClipEncoder) -> None:
    source = f"local-dir:{clip_directory}"
    network = open_clip.create_model(source).eval()
    with torch.inference_mode():
        texts = network.encode_text(open_clip.get_tokenizer(source)(["a red dress"])).numpy()
        tensor = clip_encoder.preprocess(pictures(2))
        images = network.encode_image(tensor).numpy()

    np.testing.assert_allclose(clip_encoder.encode_texts(["a red dress"]), texts, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(clip_encoder.encode_images(pictures(2)), images, rtol=1e-4, atol=1e-6)


def test_preprocessing_is_the_models_own(clip_encoder: ClipEncoder) -> None:
    assert clip_encoder.preprocess.size == 32
    assert clip_encoder.preprocess.mean == (0.5, 0.4, 0.3)
    assert clip_encoder.preprocess.std == (0.2, 0.3, 0.4)


def test_the_fingerprint_follows_weights_and_preprocessing_but_not_the_container(
    clip_directory: Path, clip_encoder: ClipEncoder, tmp_path: Path
) -> None:
    path = clip_directory / "open_clip_model.safetensors"
    as_float32 = copied(clip_directory, tmp_path / "a" / "b", **{n: t.float() for n, t in load_file(path).items()})
    other_weights = copied(clip_directory, tmp_path / "c", logit_scale=torch.tensor(1.0))
    other_mean = copied(clip_directory, tmp_path / "d")
    configuration = json.loads((other_mean / "open_clip_config.json").read_text())
    configuration["preprocess_cfg"]["mean"][0] = 0.6
    (other_mean / "open_clip_config.json").write_text(json.dumps(configuration))

    name, weights, preprocessing = clip_encoder.fingerprint.split("@")

    assert name == clip_encoder.model == "small-clip"
    assert weights == clip_encoder.weights_hash
    assert load_encoder(str(as_float32)).fingerprint == f"copy@{weights}@{preprocessing}"
    assert load_encoder(str(other_weights)).weights_hash != weights
    assert load_encoder(str(other_mean)).fingerprint.startswith(f"copy@{weights}@")
    assert load_encoder(str(other_mean)).fingerprint.split("@")[2] != preprocessing


def test_weights_in_half_precision_are_run_in_float32(clip_directory: Path) -> None:
    assert {tensor.dtype for tensor in load_model(str(clip_directory)).network.parameters()} == {torch.float32}


def test_a_combiner_in_the_models_folder_is_found(
    clip_directory: Path, clip_encoder: ClipEncoder, tmp_path: Path
) -> None:
    directory = copied(clip_directory, tmp_path)
    (directory / "combiner.safetensors").write_bytes(b"")

    assert clip_encoder.combiner_path is None
    assert load_encoder(str(directory)).combiner_path == directory / "combiner.safetensors"


def test_warming_up_leaves_the_results_as_they_are(clip_encoder: ClipEncoder) -> None:
    before = clip_encoder.encode_texts(["a dress"])
    clip_encoder.warm_up()
    np.testing.assert_array_equal(clip_encoder.encode_texts(["a dress"]), before)


@pytest.fixture(scope="session")
def known_name(clip_directory: Path) -> str:
    """The small model under a name that open_clip knows, as if it were one of its own."""
    settings = json.loads((clip_directory / "open_clip_config.json").read_text())
    path = clip_directory.parent / "Small-Test-Model.json"
    path.write_text(json.dumps(settings["model_cfg"]))
    open_clip.add_model_config(path)
    return path.stem


def test_a_known_name_with_a_weights_file(known_name: str, clip_directory: Path, clip_encoder: ClipEncoder) -> None:
    loaded = load_encoder(known_name, str(clip_directory / "open_clip_model.safetensors"))

    assert loaded.model == known_name
    assert loaded.weights_hash == clip_encoder.weights_hash
    np.testing.assert_allclose(loaded.encode_texts(["a"]), clip_encoder.encode_texts(["a"]), rtol=1e-4, atol=1e-6)


def test_an_unknown_name_is_refused_with_close_ones() -> None:
    with pytest.raises(ModelUnavailable, match=r"no model called 'ViT-B-23'.*ViT-B-32"):
        load_encoder("ViT-B-23", "openai")
    with pytest.raises(ModelUnavailable, match=r"'tinyclip'.*tiny-clip"):
        load_encoder("tinyclip")
    with pytest.raises(ModelUnavailable, match=r"'/nowhere/at/all'|'-nowhere-at-all'"):
        load_encoder("/nowhere/at/all")


@pytest.mark.parametrize("pretrained", [None, "", "laion999", "/no/such/file.pt"])
def test_an_unknown_tag_is_refused_with_the_known_ones(pretrained: str | None) -> None:
    with pytest.raises(ModelUnavailable, match=r"known tags: openai, .*laion2b_s34b_b79k"):
        load_encoder("ViT-B-32", pretrained)


class Spy:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return open, (self.path, "w")


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "pickled code", "other tensors"])
def test_a_damaged_weights_file_is_refused(damage: str, known_name: str, clip_directory: Path, tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    tensors = load_file(clip_directory / "open_clip_model.safetensors")
    match damage:
        case "cut":
            torch.save(tensors, path)
            path.write_bytes(path.read_bytes()[:-5000])
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("no weights")
        case "pickled code":
            path.write_bytes(pickle.dumps({"state_dict": Spy(str(tmp_path / "ran"))}, protocol=2))
        case "other tensors":
            torch.save({"a": torch.zeros(3)}, path)

    with pytest.raises(ModelUnavailable, match=r"^The weights file weights\.pt .*\.$"):
        load_encoder(known_name, str(path))

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("damage", ["no weights", "no configuration", "damaged weights", "damaged configuration"])
def test_a_damaged_folder_is_refused(damage: str, clip_directory: Path, tmp_path: Path) -> None:
    directory = copied(clip_directory, tmp_path)
    weights, configuration = directory / "open_clip_model.safetensors", directory / "open_clip_config.json"
    match damage:
        case "no weights":
            weights.rename(directory / "combiner.safetensors")
        case "no configuration":
            configuration.unlink()
        case "damaged weights":
            weights.write_bytes(weights.read_bytes()[:-1000])
        case "damaged configuration":
            configuration.write_text('{"model_cfg": {"embed_dim": ')

    with pytest.raises(ModelUnavailable, match=r"^The model copy cannot be loaded: .*\.$") as caught:
        load_encoder(str(directory))

    assert str(tmp_path) not in str(caught.value)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_missing_gpu_is_said(clip_directory: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cuda"):
        load_encoder(str(clip_directory), device="cuda")
    assert load_encoder(str(clip_directory), device="auto").device == "cpu"


def test_the_bundled_model_and_its_combiner_are_whole_and_small() -> None:
    encoder = load_encoder("tiny-clip")

    composition = load_composition("auto", encoder)

    assert encoder.model == "tiny-clip"
    assert composition.name.startswith("combiner:")
    words, images = encoder.encode_texts(["make it red"]), encoder.encode_images(pictures(1))
    assert composition(images, words).shape == (1, 1, encoder.dimension)
    assert encoder.combiner_path is not None
    assert sum(path.stat().st_size for path in encoder.combiner_path.parent.iterdir()) < 25e6
    assert load_model(str(encoder.combiner_path.parent)).name == "tiny-clip", "by its folder it is the same model"
