"""CIRR: what its files hold, recall without the reference, recall inside the set, and what its server is sent."""

import json
from pathlib import Path

import numpy as np
import pytest

from scripts.protocols.annotation_files import AnnotationsInvalid
from scripts.protocols.baselines import ImageOnly, TextOnly
from scripts.protocols.cirr import Split, load_extensions, load_split
from scripts.protocols.cirr_server import write_server_files
from scripts.protocols.queries import Queries
from scripts.protocols.recall import cirr_recall
from tests.annotated_datasets import asking_for, cirr_queries, on_ring, ring_rank, write_cirr, write_json


@pytest.fixture
def files(shared: Path) -> Path:
    return shared / "data" / "cirr"


@pytest.fixture
def val(files: Path) -> Split:
    return load_split(files, "val")


@pytest.mark.shared
def test_the_real_files_hold_what_is_known_of_them(files: Path, val: Split) -> None:
    test1 = load_split(files, "test1")
    assert (len(val.pairs), len(val.gallery)) == (4181, 2297)
    assert (len(test1.pairs), len(test1.gallery)) == (4148, 2315)
    assert {weight for pair in val.pairs for weight in pair.soft_targets.values()} == {1.0, 0.5, 0.2, -1.0}
    assert sum(pair.target not in pair.soft_targets for pair in val.pairs) == 37
    assert {pair.target for pair in test1.pairs} == {None}
    assert sum(not pair.caption for pair in test1.pairs) == 1
    assert all(len(pair.others) == 5 for pair in (*val.pairs, *test1.pairs))
    assert str(val.gallery["dev-244-0-img0"]) == "dev/dev-244-0-img0.png"
    extensions = load_extensions(files, "val")
    assert extensions.keys() == {pair.pair_id for pair in val.pairs}
    assert extensions[12060] == (
        "being a photo of bottles",
        "change the size of the bottles",
        "add a pub in the background",
    )
    assert not any(text.startswith("[c") for texts in extensions.values() for text in texts)


@pytest.mark.shared
def test_an_oracle_gets_exactly_100(val: Split) -> None:
    figures = cirr_recall(_asking(val, np.ones(len(val.pairs), dtype=int)), TextOnly())
    assert set(figures.values()) == {100.0}
    assert len(figures) == 8


@pytest.mark.shared
def test_constructed_ranks_get_exactly_what_the_protocol_says(val: Split) -> None:
    ranks = np.random.default_rng(3).integers(1, 70, len(val.pairs))
    queries = _asking(val, ranks)
    count = len(queries.names)
    assert queries.targets is not None
    assert queries.members is not None
    places = asking_for(queries.targets, ranks)
    without_reference = ranks - (ring_rank(places, queries.references, count) < ranks)
    members = ring_rank(places[:, None], queries.members, count)
    in_set = 1 + (members < ranks[:, None]).sum(axis=1)
    figures = cirr_recall(queries, TextOnly())
    expected = {f"recall_at_{k}": 100 * float(np.mean(without_reference <= k)) for k in (1, 5, 10, 50)}
    expected |= {f"recall_subset_at_{k}": 100 * float(np.mean(in_set <= k)) for k in (1, 2, 3)}
    expected["headline"] = (expected["recall_at_5"] + expected["recall_subset_at_1"]) / 2
    assert figures == pytest.approx(expected)
    assert without_reference.min() < ranks.min() or (without_reference != ranks).any()


@pytest.mark.shared
def test_random_features_get_chance_within_its_confidence_interval(val: Split) -> None:
    rng = np.random.default_rng(8)
    features, texts = (rng.normal(size=(len(rows), 32)).astype(np.float32) for rows in (val.gallery, val.pairs))
    figures = cirr_recall(cirr_queries(val, features, texts), TextOnly())
    chances = {f"recall_at_{k}": k / (len(val.gallery) - 1) for k in (1, 5, 10, 50)}
    chances |= {f"recall_subset_at_{k}": k / 5 for k in (1, 2, 3)}
    for name, chance in chances.items():
        deviation = 100 * np.sqrt(chance * (1 - chance) / len(val.pairs))
        assert abs(figures[name] - 100 * chance) < 3.3 * deviation, name


def test_the_reference_is_taken_out_of_the_ranking() -> None:
    # The picture alone is nearest to itself; its neighbour, the target, is first once it is gone.
    count = 12
    references, targets = np.arange(count), (np.arange(count) + 1) % count
    members = (references[:, None] + np.arange(1, 6)) % count
    queries = Queries(
        tuple(map(str, range(count))),
        on_ring(np.arange(count), count),
        references,
        targets,
        on_ring(references + 0.25, count),
        members,
    )
    assert cirr_recall(queries, TextOnly())["recall_at_1"] == 100.0
    assert cirr_recall(queries, ImageOnly())["recall_at_5"] == 100.0


@pytest.mark.shared
def test_the_server_gets_two_files_of_the_right_form_and_size(files: Path, tmp_path: Path) -> None:
    test1 = load_split(files, "test1")
    count = len(test1.gallery)
    rows = np.random.default_rng(0).integers(0, count, len(test1.pairs))
    queries = cirr_queries(test1, on_ring(np.arange(count), count), on_ring(rows + 0.25, count))
    paths = write_server_files(queries, TextOnly(), tmp_path / "server")
    assert [path.name for path in paths] == ["recall.json", "recall_subset.json"]
    for path, metric, length in zip(paths, ("recall", "recall_subset"), (50, 3), strict=True):
        assert path.stat().st_size <= 5_000_000
        answers = json.loads(path.read_text(encoding="utf-8"))
        assert (answers.pop("version"), answers.pop("metric")) == ("rc2", metric)
        assert answers.keys() == {str(pair.pair_id) for pair in test1.pairs}
        for pair in test1.pairs:
            names = answers[str(pair.pair_id)]
            assert len(names) == len(set(names)) == length
            assert pair.reference not in names
            assert set(names) <= set(test1.gallery if metric == "recall" else pair.others)
    names = list(test1.gallery)
    first, row = json.loads(paths[0].read_text(encoding="utf-8"))[str(test1.pairs[0].pair_id)], int(rows[0])
    ring = [names[(row + step) % count] for step in (0, 1, -1, 2)]
    assert first[:3] == [name for name in ring if name != test1.pairs[0].reference][:3]


def test_the_server_is_sent_nothing_incomplete_or_too_large(tmp_path: Path) -> None:
    annotations, _ = write_cirr(tmp_path)
    split = load_split(annotations, "test1")
    features = on_ring(np.arange(len(split.gallery)), len(split.gallery))
    queries = cirr_queries(split, features, features)
    incomplete = Queries(
        queries.names, features, queries.references, None, features, queries.members, queries.pair_ids, 1, 2
    )
    with pytest.raises(ValueError, match="2 pictures of the split are missing and 1 requests left out"):
        write_server_files(incomplete, TextOnly(), tmp_path / "server")
    long_names = Queries(
        tuple(name * 9000 for name in queries.names),
        features,
        queries.references,
        None,
        features,
        queries.members,
        queries.pair_ids,
    )
    with pytest.raises(ValueError, match="more than the server's 5 MB"):
        write_server_files(long_names, TextOnly(), tmp_path / "server")
    assert not (tmp_path / "server").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pairid": "7"}, "'pairid' must be a whole number"),
        ({"caption": None}, "'caption' must be text"),
        ({"target_hard": "dev-9-0-img0"}, "another picture of the same 'img_set'"),
        ({"target_hard": "dev-0-0-img0"}, "another picture of the same 'img_set'"),
        ({"target_soft": {"dev-1-0-img0": "much"}}, "weight"),
        ({"img_set": {"members": ["dev-0-0-img0"]}}, "must hold 6 texts, not 1"),
        ({"img_set": {"members": ["dev-0-0-img0"] * 6}}, "6 different pictures"),
        ({"img_set": {"members": [f"dev-{i}-0-img0" for i in (0, 1, 2, 3, 4, 77)]}}, "'dev-77-0-img0' is not in"),
        ({"img_set": []}, "'img_set' must be an object"),
        ({"pairid": 101}, "two requests have the same pairid"),
    ],
)
def test_a_bad_request_is_one_sentence(tmp_path: Path, change: dict[str, object], said: str) -> None:
    annotations, _ = write_cirr(tmp_path)
    path = annotations / "captions" / "cap.rc2.val.json"
    pairs = json.loads(path.read_text(encoding="utf-8"))
    write_json(path, [{**pairs[0], **change}, *pairs[1:]])
    with pytest.raises(AnnotationsInvalid, match=said) as refused:
        load_split(annotations, "val")
    assert "cap.rc2.val.json" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "must hold an object"),
        ({"a": 1}, "must be text"),
        ({"a": "../../a.png"}, "leaves the folder"),
        ({"a": "/etc/a.png"}, "leaves the folder"),
        ({"a": "./dev/b.png"}, "another picture"),
    ],
)
def test_a_bad_gallery_is_one_sentence(tmp_path: Path, content: object, said: str) -> None:
    annotations, _ = write_cirr(tmp_path)
    write_json(annotations / "image_splits" / "split.rc2.val.json", content)
    with pytest.raises(AnnotationsInvalid, match=said):
        load_split(annotations, "val")


def test_an_unknown_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no split 'test'"):
        load_split(tmp_path, "test")


def _asking(split: Split, ranks: np.ndarray) -> Queries:
    rows = {name: row for row, name in enumerate(split.gallery)}
    targets = np.array([rows[pair.target] for pair in split.pairs if pair.target])
    count = len(rows)
    return cirr_queries(split, on_ring(np.arange(count), count), on_ring(asking_for(targets, ranks), count))
