import json
import os
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from retrieval.catalogue import Entry, Failure, folder, read_catalogue, reopen
from retrieval.entry import Source
from retrieval.errors import CatalogueInvalid
from tests.pictures import save_picture


def entries(source: Source) -> list[Entry]:
    return [found for found in source if isinstance(found, Entry)]


def failures(source: Source) -> list[Failure]:
    return [found for found in source if isinstance(found, Failure)]


def only(source: Source) -> Entry:
    (found,) = list(source)
    assert isinstance(found, Entry)
    return found


# Folders


def test_a_folder_yields_pictures_by_name_with_their_relative_path_as_id(tmp_path: Path) -> None:
    for name in ("b.PNG", "a/z.jpg", "a/b/c.webp", "notes.txt", ".hidden.jpg", ".cache/x.jpg", "c.heic"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    source = folder(tmp_path)
    assert [entry.id for entry in entries(source)] == ["a/b/c.webp", "a/z.jpg", "b.PNG", "c.heic"]
    assert [entry.id for entry in entries(source)] == [entry.id for entry in entries(source)]
    assert source.count() == 4
    assert all(entry.path.is_absolute() for entry in entries(source))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("red_summer-dress.jpg", "red summer dress"),
        ("a  b\n🌺.jpg", "a b 🌺"),
        ("ea2ffd4d-9b25-4ca8-9dc2-bd27f1cc59fa.jpg", None),
        ("d41d8cd98f00b204e9800998ecf8427e.jpg", None),
        ("0123.jpg", None),
        ("👨‍👩‍👧 family.jpg", "👨‍👩‍👧 family"),
    ],
)
def test_the_file_name_is_the_title_unless_it_says_nothing(tmp_path: Path, name: str, title: str | None) -> None:
    (tmp_path / name).touch()
    assert only(folder(tmp_path)).metadata.get("title") == title


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    save_picture(tmp_path / "a" / "x.jpg")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "itself.jpg").symlink_to("itself.jpg")
    (tmp_path / "broken.jpg").symlink_to("nowhere.jpg")
    assert [entry.id for entry in entries(folder(tmp_path))] == ["a/x.jpg", "broken.jpg", "itself.jpg"]


def test_linked_folders_outside_are_followed(tmp_path: Path) -> None:
    save_picture(tmp_path / "elsewhere" / "x.jpg")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "link").symlink_to(tmp_path / "elsewhere")
    assert only(folder(tmp_path / "pictures")).id == "link/x.jpg"


def test_a_folder_named_like_a_picture_is_entered(tmp_path: Path) -> None:
    save_picture(tmp_path / "set.jpg" / "x.jpg")
    assert only(folder(tmp_path)).id == "set.jpg/x.jpg"


def test_hostile_names_become_valid_ids_and_keep_their_paths(tmp_path: Path) -> None:
    names = [b"caf\xe9.jpg", "new\nline 🌺.jpg".encode(), b"quo'te\"%20.jpg"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(name)
    found = entries(folder(tmp_path))
    assert sorted(entry.path.read_bytes() for entry in found) == sorted(names)
    for entry in found:
        json.dumps(entry.id, ensure_ascii=False).encode("utf-8")
        json.dumps(dict(entry.metadata), ensure_ascii=False).encode("utf-8")


def test_a_missing_folder_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "missing", tmp_path / "file"):
        with pytest.raises(CatalogueInvalid, match="There is no folder"):
            folder(path)


def test_an_empty_folder_yields_nothing(tmp_path: Path) -> None:
    assert list(folder(tmp_path)) == []


# Catalogue files


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with pictures to name in a catalogue."""
    for name in ("red.jpg", "blue.png", "images/green.jpg", "images/UPPER.JPG"):
        save_picture(tmp_path / name)
    return tmp_path


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_csv_with_metadata(shop: Path) -> None:
    source = read_catalogue(
        write(shop / "c.csv", 'id,path,title,price,tags\n7,red.jpg,"A dress, red",39.90,"a, b"\n8,blue.png,,€ 5,\n')
    )
    first, second = entries(source)
    assert (first.id, first.path) == ("7", shop / "red.jpg")
    assert first.metadata == {"title": "A dress, red", "price": 39.9, "tags": "a, b"}
    assert second.metadata == {"title": "blue", "price": "€ 5"}
    assert source.count() == 2


@pytest.mark.parametrize("column", ["path", "image", "file", "filename", "image_path", "Image"])
def test_the_path_column_has_several_names(shop: Path, column: str) -> None:
    entry = only(read_catalogue(write(shop / "c.csv", f"{column}\nred.jpg\n")))
    assert (entry.id, entry.path) == ("red.jpg", shop / "red.jpg")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("red", "red.jpg"),
        ("green", "images/green.jpg"),
        ("green.jpg", "images/green.jpg"),
        ("UPPER", "images/UPPER.JPG"),
        ("images/green.jpg", "images/green.jpg"),
        ("./red.jpg", "red.jpg"),
    ],
)
def test_paths_are_looked_for_beside_the_catalogue_and_in_images(shop: Path, written: str, found: str) -> None:
    assert only(read_catalogue(write(shop / "c.csv", f"path\n{written}\n"))).path == shop / found


def test_absolute_paths_are_the_admins(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = save_picture(tmp_path_factory.mktemp("elsewhere") / "x.jpg")
    assert only(read_catalogue(write(shop / "c.csv", f"path\n{path}\n"))).path == path


def test_label_name_and_url_stand_in_for_what_is_missing(shop: Path) -> None:
    text = "image,label,name,url,category\nred,Dress,Rosa,http://x,\nblue,Hat,,,Headwear\n"
    first, second = entries(read_catalogue(write(shop / "c.csv", text)))
    assert first.metadata["category"] == "Dress"
    assert first.metadata["title"] == "Rosa"
    assert first.metadata["link"] == "http://x"
    assert second.metadata["category"] == "Headwear"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiters_and_byte_order_mark(shop: Path, delimiter: str) -> None:
    text = delimiter.join(["path", "colour"]) + "\r\n" + delimiter.join(["red.jpg", "red"]) + "\r\n"
    entry = only(read_catalogue(write(shop / "c.csv", b"\xef\xbb\xbf" + text.encode())))
    assert entry.metadata["colour"] == "red"


def test_missing_columns_name_what_is_there_and_what_is_needed(shop: Path) -> None:
    with pytest.raises(CatalogueInvalid, match=r"columns sku, colour, but needs one of path, image, file") as caught:
        read_catalogue(write(shop / "c.csv", "sku,colour\n1,red\n"))
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize(("name", "content"), [("c.csv", b""), ("c.jsonl", b""), ("c.jsonl", b'"text"\n')])
def test_a_catalogue_without_columns_is_refused(shop: Path, name: str, content: bytes) -> None:
    with pytest.raises(CatalogueInvalid, match="the columns none, but needs"):
        read_catalogue(write(shop / name, content))


def test_missing_files_and_folders_are_failures_and_the_rest_goes_on(shop: Path) -> None:
    source = read_catalogue(write(shop / "c.csv", "path\nred.jpg\ngone.jpg\nimages\n\n,\n  \nblue.png\n"))
    assert [entry.id for entry in entries(source)] == ["red.jpg", "blue.png"]
    reasons = {failure.path.split("/")[-1]: failure.reason for failure in failures(source)}
    assert reasons["gone.jpg"] == "file not found"
    assert reasons["images"] == "a folder, not a file"


def test_bad_rows_are_failures_with_their_number(shop: Path) -> None:
    text = "path,title\nred.jpg,ok\nblue.png,a,b,c\n" + "x" * 200_000 + ",t\nblue.png,last\nbad\0name.jpg,t\n"
    source = read_catalogue(write(shop / "c.csv", text))
    assert [entry.metadata["title"] for entry in entries(source)] == ["ok", "last"]
    assert [failure.path.split(", ")[-1] for failure in failures(source)] == ["row 2", "row 3", "bad\\x00name.jpg"]
    assert source.count() == 5


def test_names_that_are_no_text_survive_csv(shop: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(shop) + b"/caf\xe9.jpg"))
    save_picture(shop / "x.jpg").rename(path)
    entry = only(read_catalogue(write(shop / "c.csv", b"path,title\ncaf\xe9.jpg,caf\xe9\n")))
    assert entry.path == path
    json.dumps([entry.id, dict(entry.metadata)], ensure_ascii=False).encode("utf-8")


def test_newlines_in_quoted_names_survive_csv(shop: Path) -> None:
    save_picture(shop / "two\nlines 🌺.jpg")
    assert only(read_catalogue(write(shop / "c.csv", 'path\n"two\nlines 🌺.jpg"\n'))).path.exists()


def test_jsonl_with_any_values(shop: Path) -> None:
    lines = [
        json.dumps({"path": "red.jpg", "id": 12, "price": 5, "new": True, "tags": ["a", "b"], "none": None}),
        "no json",
        json.dumps(["a list"]),
        json.dumps({"title": "no path"}),
        json.dumps({"path": 7}),
        json.dumps({"path": "blue.png", "size": {"w": 1}, "title": "lone \ud800 surrogate", "price": float("nan")}),
        "[" * 100_000,
    ]
    source = read_catalogue(write(shop / "c.jsonl", "\n".join(lines) + "\n"))
    first, last = entries(source)
    assert first.id == "12"
    assert first.metadata == {"price": 5, "new": True, "tags": "a, b", "title": "red"}
    assert last.metadata == {"size": '{"w": 1}', "title": "lone \\ud800 surrogate"}
    assert [failure.path.split(", ")[-1] for failure in failures(source)] == [f"row {row}" for row in (2, 3, 4, 5, 7)]


def test_parquet_in_several_row_groups(shop: Path) -> None:
    count = 2000
    table = pa.table(
        {
            "id": list(range(count)),
            "path": ["red.jpg", "blue.png"] * (count // 2),
            "price": [float(number) for number in range(count)],
            "tags": [["a", "b"]] * count,
        }
    )
    pq.write_table(table, shop / "c.parquet", row_group_size=300)
    source = read_catalogue(shop / "c.parquet")
    assert source.count() == count
    found = entries(source)
    assert len(found) == count
    assert found[1999].id == "1999"
    assert found[1999].metadata == {"price": 1999.0, "tags": "a, b", "title": "blue"}


def test_damaged_and_unknown_files_are_refused_in_one_sentence(shop: Path) -> None:
    for name, content, words in (
        ("c.parquet", b"PAR1 no parquet at all PAR1", "no Parquet file"),
        ("c.xlsx", b"", "no known kind"),
    ):
        with pytest.raises(CatalogueInvalid, match=words):
            read_catalogue(write(shop / name, content))
    for missing in ("missing.csv", "missing.jsonl", "missing.parquet"):
        with pytest.raises(CatalogueInvalid, match="file not found"):
            read_catalogue(shop / missing)


def test_random_bytes_never_crash_a_reader(shop: Path) -> None:
    random_bytes = random.Random(5)
    for suffix in ("csv", "jsonl", "parquet"):
        for length in (1, 10, 1000):
            path = write(shop / f"r.{suffix}", b"path\n" + random_bytes.randbytes(length))
            try:
                found = list(read_catalogue(path))
            except CatalogueInvalid:
                continue
            assert all(isinstance(entry, Entry | Failure) for entry in found)


def test_a_source_can_be_opened_again_from_its_description(shop: Path) -> None:
    file = read_catalogue(write(shop / "c.csv", "path\nred.jpg\n"))
    for source in (folder(shop), file):
        again = reopen(json.loads(json.dumps(dict(source.description))))
        assert list(again) == list(source)
    with pytest.raises(CatalogueInvalid, match="does not say"):
        reopen({})


@pytest.mark.shared
def test_the_clothing_catalogue(shared: Path) -> None:
    source = read_catalogue(shared / "data" / "clothing" / "items.csv")
    found = list(source)
    assert len(found) == source.count() == 4124
    assert all(isinstance(entry, Entry) and entry.metadata["category"] for entry in found)
