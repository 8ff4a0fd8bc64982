"""What has become of the files of a snapshot."""

import os
import shutil
import time

import numpy as np
from PIL import Image

from retrieval.catalogue import folder
from retrieval.indexing import Provenance, build_snapshot
from retrieval.snapshot import Snapshot
from retrieval.survey import Survey, survey


def _encode(pictures):
    return np.stack([np.asarray(picture.resize((2, 2)), dtype=np.float32).ravel() + 1 for picture in pictures])


def test_missing_changed_and_doubled_files_are_counted(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    for number in range(5):
        Image.new("RGB", (40, 40), (50 * number, 0, 0)).save(images / f"{number}.png")
    shutil.copy(images / "0.png", images / "twin.png")
    provenance = Provenance(fingerprint="f", model="m", pretrained=None, dimension=12, composition="sum", index="exact")
    for _ in build_snapshot(folder(images), _encode, tmp_path / "snapshot", provenance):
        pass
    snapshot = Snapshot.open(tmp_path / "snapshot", None, None)
    assert survey(snapshot) == Survey(0, 0, 1)
    (images / "1.png").unlink()
    later = time.time() + 60
    os.utime(images / "2.png", (later, later))
    assert survey(snapshot) == Survey(1, 1, 1)
    snapshot.close()
