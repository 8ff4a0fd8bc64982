"""The container files, read as far as that goes without an engine: no root, nothing writable, health looked after."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker/compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def stages() -> dict[str, list[tuple[str, str]]]:
    """The instructions of each stage of the Dockerfile, continuation lines joined."""
    found: dict[str, list[tuple[str, str]]] = {}
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    name = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            name = rest.split(" AS ")[1]
            found[name] = []
        found.setdefault(name, []).append((instruction, re.sub(r"\s+", " ", rest.strip())))
    return found


def test_the_dockerfile_has_a_stage_of_packages_and_a_target_for_each_processor():
    assert set(stages()) - {""} == {"cpu-packages", "gpu-packages", "cpu", "gpu"}


@pytest.mark.parametrize("target", ["cpu", "gpu"])
def test_an_image_runs_the_bot_as_nobody_special_and_looks_after_its_health(target):
    instructions = stages()[target]
    last = dict(instructions)
    assert last["USER"] == "10001:10001"
    assert last["VOLUME"] == "/data"
    assert last["CMD"] == '["python", "-m", "bot"]'
    assert '"scripts.healthcheck"' in last["HEALTHCHECK"]
    assert "DATA_DIR=/data" in last["ENV"]
    assert ("COPY", f"--from={target}-packages /opt/venv /opt/venv") in instructions
    for folder in ("bot", "retrieval", "storage", "scripts"):
        assert ("COPY", f"{folder} {folder}") in instructions
    names = [name for name, _ in instructions]
    assert max(i for i, name in enumerate(names) if name in {"RUN", "COPY"}) < names.index("USER")


@pytest.mark.parametrize("target", ["cpu", "gpu"])
def test_the_packages_are_the_pinned_ones_and_no_installer_stays_in_the_image(target):
    packages = " ".join(rest for _, rest in stages()[f"{target}-packages"])
    assert f"requirements.py pyproject.toml {target}" in packages
    assert "-c constraints.txt" in packages
    assert not any("pip install" in rest for _, rest in stages()[target])


def test_both_bases_are_pinned_and_python_is_new_enough():
    arguments = dict(rest.split("=", 1) for name, rest in stages()[""] if name == "ARG")
    assert arguments["PYTHON_IMAGE"] == "python:3.11-slim-bookworm"
    assert re.fullmatch(r"nvidia/cuda:[\d.]+-runtime-ubuntu24\.04", arguments["CUDA_IMAGE"])


def test_the_token_never_travels_to_the_engine():
    lines = (ROOT / "docker/Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*"
    assert "!.env" not in lines
    copied = {
        rest.split()[0]
        for parts in stages().values()
        for name, rest in parts
        if name == "COPY" and "--from" not in rest
    }
    assert {"bot", "retrieval", "storage", "scripts"} <= copied
    assert all(f"!{source}" in lines for source in copied)


@pytest.mark.parametrize("extra", ["cpu", "gpu"])
def test_the_list_of_packages_names_one_faiss(extra):
    command = [sys.executable, "docker/requirements.py", "pyproject.toml", extra]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line for line in printed if line.startswith("faiss")] == [f"faiss-{extra}>=1.15.1"]
    assert "torch==2.13.0" in printed
    assert not any(line.startswith("pytest") for line in printed)


@pytest.mark.parametrize("name", ["bot", "redis"])
def test_a_service_may_do_no_more_than_it_must(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert any(entry.startswith("/tmp:") for entry in service["tmpfs"])
    assert service["restart"] == "unless-stopped"
    assert "ports" not in service
    assert not service.get("privileged")


def test_redis_keeps_every_write_and_answers_before_the_bot_starts():
    redis = SERVICES["redis"]
    assert redis["image"].startswith("redis:7")
    assert redis["command"][redis["command"].index("--appendonly") + 1] == "yes"
    assert "redis:/data" in redis["volumes"]
    assert "ping" in " ".join(redis["healthcheck"]["test"])
    assert SERVICES["bot"]["depends_on"] == {"redis": {"condition": "service_healthy"}}
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert redis["networks"] == ["inside"]


def test_the_bot_keeps_its_data_and_reads_the_pictures_only():
    bot = SERVICES["bot"]
    assert bot["environment"]["REDIS_URL"] == "redis://redis:6379/0"
    assert bot["environment"]["DATA_DIR"] == "/data"
    assert "data:/data" in bot["volumes"]
    assert any(volume.endswith(":/pictures:ro") for volume in bot["volumes"])
    assert bot["build"]["target"] == "cpu"


def test_the_gpu_file_changes_the_target_and_asks_for_one_device():
    bot = yaml.safe_load((ROOT / "docker/compose.gpu.yaml").read_text(encoding="utf-8"))["services"]["bot"]
    assert bot["build"]["target"] == "gpu"
    [device] = bot["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["count"]) == ("nvidia", 1)
