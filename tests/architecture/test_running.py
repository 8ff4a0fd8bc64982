"""What runs the bot for months: the systemd unit, the webhook's compose file with its proxy, the page of operations."""

import configparser
import re
from pathlib import Path

import yaml

from bot.metrics import Metrics
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker/compose.webhook.yaml").read_text(encoding="utf-8"))
CADDYFILE = (ROOT / "docker/Caddyfile").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
UNIT = ROOT / "docker/pictalk.service"


def test_the_page_of_operations_lists_exactly_the_metrics_there_are():
    metrics = Metrics()
    for name in ("queue_length", "updates_open", "collection_pictures"):
        metrics.watch(name, "as in bot/app.py", lambda: 0)
    names = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in metrics.registry.collect()
        if family.name.startswith("pictalk_")
    }
    assert set(re.findall(r"pictalk_[a-z_]+", OPERATIONS)) == names


def test_each_gauge_of_the_page_is_watched_by_the_bot():
    watched = re.findall(r'metrics\.watch\("(\w+)"', (ROOT / "bot/app.py").read_text(encoding="utf-8"))
    assert sorted(watched) == ["collection_pictures", "queue_length", "updates_open"]


def test_every_setting_that_is_named_exists():
    settings = {name.upper() for name in Settings.model_fields}
    variables = set(COMPOSE["services"]["bot"]["environment"])
    assert variables <= settings
    named = set(re.findall(r"`((?:WEBHOOK|OPERATIONS|SEND|LOG|REDIS|MESSAGES|SEARCH|DATA)_[A-Z_]+)", OPERATIONS))
    assert len(named) > 8
    assert named <= settings


def test_the_proxy_leads_to_where_the_bot_listens():
    environment = COMPOSE["services"]["bot"]["environment"]
    assert environment["WEBHOOK_URL"].endswith("}/telegram")
    assert re.search(r"^\t\tpath /telegram$", CADDYFILE, re.MULTILINE)
    assert f"dynamic a bot {environment['WEBHOOK_PORT']}" in CADDYFILE
    assert environment["WEBHOOK_HOST"] == "0.0.0.0"
    assert CADDYFILE.count("{") == CADDYFILE.count("}")


def test_nothing_but_the_proxy_is_open_to_the_outside():
    services = COMPOSE["services"]
    assert services["caddy"]["ports"] == ["80:80", "443:443"]
    assert services["caddy"]["networks"] == ["edge"]
    assert services["caddy"]["cap_drop"] == ["ALL"]
    assert services["caddy"]["read_only"] is True
    assert "ports" not in services["bot"]
    assert set(services["bot"]["networks"]) == {"outside", "inside", "edge"}
    assert "WEBHOOK_SECRET:?" in services["bot"]["environment"]["WEBHOOK_SECRET"]


def test_the_unit_runs_the_bot_as_nobody_special_and_gives_up_on_a_wrong_setting():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(UNIT, encoding="utf-8")
    service = unit["Service"]
    assert service["ExecStart"].endswith("-m bot")
    assert service["User"] == "pictalk"
    assert service["RestartPreventExitStatus"] == "2"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert "TELEGRAM_BOT_TOKEN" not in UNIT.read_text(encoding="utf-8")
