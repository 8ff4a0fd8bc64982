"""An indexing job that was cut off goes on where it stopped."""

import numpy as np
import pytest
from PIL import Image

from retrieval.catalogue import folder
from retrieval.encoded_journal import EncodedJournal
from retrieval.indexing import build_snapshot
from retrieval.manifest import Provenance
from retrieval.snapshot import Snapshot
from tests.encoders import ColourEncoder

PICTURES = 12


@pytest.fixture
def images(tmp_path):
    directory = tmp_path / "images"
    directory.mkdir()
    for number in range(PICTURES):
        Image.new("RGB", (8, 8), (20 * number, 40, 80)).save(directory / f"{number:02}.png")
    return folder(directory)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "encoded.sqlite"


def _build(images, encoder, directory, journal):
    provenance = Provenance(
        fingerprint=encoder.fingerprint,
        model="m",
        pretrained=None,
        dimension=encoder.dimension,
        composition="sum",
        index="exact",
    )
    return build_snapshot(images, encoder.encode_images, directory, provenance, batch_size=4, journal=journal)


def test_what_was_encoded_before_the_crash_is_not_encoded_again(images, path, tmp_path):
    whole = ColourEncoder()
    for _ in _build(images, whole, tmp_path / "whole", None):
        pass
    first, second = ColourEncoder(), ColourEncoder()
    journal = EncodedJournal(path, first.fingerprint, first.dimension)
    steps = _build(images, first, tmp_path / "first", journal)
    next(steps)
    next(steps)
    steps.close()
    journal.close()  # as a killed process does
    journal = EncodedJournal(path, second.fingerprint, second.dimension)
    for _ in _build(images, second, tmp_path / "second", journal):
        pass
    journal.delete()
    assert (first.encoded, second.encoded) == (8, PICTURES - 8)
    rows = list(range(PICTURES))
    expected, found = (Snapshot.open(tmp_path / name, None, None) for name in ("whole", "second"))
    np.testing.assert_array_equal(found.features(rows), expected.features(rows))
    assert not path.exists()
    for snapshot in (expected, found):
        snapshot.close()


def test_another_model_begins_anew(path):
    journal = EncodedJournal(path, "a", 2)
    journal.add(["x"], np.ones((1, 2), dtype=np.float32))
    journal.close()
    other = EncodedJournal(path, "b", 2)
    assert other.features("x") is None
    other.close()


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be taken for one" * 20])
def test_a_damaged_record_costs_nothing_but_itself(path, content):
    path.write_bytes(content)
    journal = EncodedJournal(path, "a", 2)
    journal.add(["x"], np.ones((1, 2), dtype=np.float32))
    found = journal.features("x")
    assert found is None or found.tolist() == [1, 1]
    journal.delete()
    assert not path.exists()
