"""Tests of the doctor: it says what is wrong and what to do, and shows no secret."""

import socket
from datetime import timedelta
from types import SimpleNamespace

import pytest
from celery import current_app
from django.core import checks, mail
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone
from redis import Redis

from audit.models import PeriodicRun
from audit.object_storage import FilesAwayError
from g7plan.doctor import configuration, database, services, work
from g7plan.doctor.findings import Level, can_be_reached, where
from g7plan.management.commands.doctor import TRIED
from g7plan.queues import QUEUES
from progress.models import Checkpoint, EvidenceScan
from tests.factories import add_file, make_entry, member_commitment_of
from tests.jobs.broker import forget_connections
from tests.progress.evidence.scans.scanners import scanner_here

ALL_DATABASES = ["default", "owner", "signer"]


@pytest.fixture(autouse=True)
def own_connections():
    """Some tests change the address of the broker, here and elsewhere."""
    forget_connections()
    yield
    forget_connections()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(work, "ANSWER", 0.05)
    monkeypatch.setattr("g7plan.doctor.findings.SECONDS", 0.5)


def of(find, level):
    """Return what is found of one level, as one text."""
    found = [finding for finding in find() if finding.level is level]
    if level is not Level.GOOD:
        assert all(finding.remedy for finding in found)
    return "\n".join(finding.sentence for finding in found)


def wrong(find):
    return of(find, Level.WRONG)


@pytest.mark.django_db(databases=ALL_DATABASES)
def test_it_tries_every_part_and_ends_with_an_error_if_one_is_wrong(capsys):
    with pytest.raises(CommandError, match=r"wrong, .* to look at, .* good"):
        call_command("doctor")  # no worker runs here
    said = capsys.readouterr().out
    assert all(f"\n{part}\n" in said for part in TRIED)
    assert "  ok    DATABASE_OWNER_URL: the database answers.\n" in said
    workers = said.partition("\nWorkers\n")[2].partition("\n\n")[0] + "\n"
    assert "  FAIL  No worker takes the queue “signing”: its work waits.\n" in workers
    assert "        Start a worker with `--queues signing`.\n" in workers


@pytest.mark.django_db(databases=ALL_DATABASES)
def test_it_shows_no_secret(capsys, settings):
    settings.REDIS_URL = "redis://:goshawk@127.0.0.1:1/0"
    settings.CELERY_BROKER_URL = settings.REDIS_URL
    settings.EMAIL_HOST_PASSWORD = settings.SECRET_KEY = "goshawk"
    with pytest.raises(CommandError):
        call_command("doctor")
    said = capsys.readouterr().out
    assert "REDIS_URL: the queue does not answer" in said
    assert "goshawk" not in said


@pytest.mark.django_db(databases=ALL_DATABASES)
def test_a_whole_system_has_nothing_wrong(monkeypatch, settings, capsys, tmp_path):
    (tmp_path / "style.css").touch()
    settings.STATIC_ROOT = tmp_path
    queues = {"one": [{"name": name} for name in QUEUES]}
    monkeypatch.setattr(
        current_app.control,
        "inspect",
        lambda **_given: SimpleNamespace(active_queues=lambda: queues),
    )
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        PeriodicRun.objects.create(task=entry["task"], done_at=timezone.now())
    signed = Checkpoint(day=timezone.now().date(), signed_at=timezone.now())
    monkeypatch.setattr(work, "good_checkpoints", lambda **_given: iter([signed]))
    call_command("doctor")
    assert " 0 wrong" in f" {capsys.readouterr().out.splitlines()[-1]}"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS accepts every name"),
        ({"ALLOWED_HOSTS": ["a.example"]}, "ALLOWED_HOSTS refuses that host"),
        ({"HTTPS": True}, "and HTTPS is on"),
    ],
)
def test_addresses_that_do_not_fit_are_wrong(settings, changed, said):
    settings.SITE_URL = "http://127.0.0.1:8000"
    for name, value in changed.items():
        setattr(settings, name, value)
    assert said in wrong(configuration.try_addresses)


def test_production_without_tls_and_with_the_owners_password_is_doubtful(settings):
    settings.PRODUCTION, settings.HTTPS = True, False
    settings.DATABASE_OWNER_URL = "postgresql://owner@127.0.0.1/g7plan"
    settings.CONTACT_EMAIL = ""
    found = of(configuration.try_addresses, Level.DOUBTFUL)
    assert "travel in the open" in found
    assert "CONTACT_EMAIL is not set" in found
    found = of(configuration.try_switches, Level.DOUBTFUL)
    assert found == "DATABASE_OWNER_URL is set here."


def test_files_that_are_missing_are_named(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.REPORT_FONT_DIRS = [str(tmp_path / "fonts")]
    assert "there are no static files" in wrong(configuration.try_files)
    assert "is no folder" in of(configuration.try_files, Level.DOUBTFUL)


def test_what_django_finds_is_told(monkeypatch):
    found = [
        SimpleNamespace(id="x.E1", msg="Bad.", hint="Mend.", is_serious=lambda: True)
    ]
    monkeypatch.setattr(checks, "run_checks", lambda **_given: found)
    assert wrong(configuration.try_start) == "Django's check x.E1: Bad."


FACTS = (18, "UTF8", False, False, False, timezone.now, True, 5, 100)


@pytest.mark.parametrize(
    ("place", "value", "level", "said"),
    [
        (0, 16, Level.WRONG, "PostgreSQL is 16."),
        (1, "LATIN1", Level.WRONG, "The database is in LATIN1."),
        (2, True, Level.WRONG, "may change what is published"),
        (4, True, Level.WRONG, "may change what is published"),
        (
            5,
            lambda: timezone.now() - timedelta(minutes=5),
            Level.WRONG,
            "differ by 300",
        ),
        (6, False, Level.DOUBTFUL, "does not check its pages"),
        (7, 90, Level.DOUBTFUL, "90 of 100 connections"),
    ],
)
def test_a_database_that_does_not_fit_is_named(monkeypatch, place, value, level, said):
    facts = [value if i == place else known for i, known in enumerate(FACTS)]

    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *_error):
            return None

        def execute(self, _sql, params=None):
            self.asked = params

        def fetchone(self):
            if self.asked:
                return [database.QUIET[self.asked[0]]]
            return [known() if callable(known) else known for known in facts]

    monkeypatch.setattr(database, "connection", SimpleNamespace(cursor=Cursor))
    assert said in of(database.try_server, level)


@pytest.mark.django_db(databases=ALL_DATABASES)
@pytest.mark.parametrize(
    "find",
    [
        database.try_connections, database.try_server, database.try_tables,
        work.try_beat, work.try_signing,
    ],
)  # fmt: skip
def test_a_database_that_is_away_is_said_in_a_sentence(monkeypatch, find):
    def refuse(*_given, **_more):
        raise OperationalError("refused\nand more")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", refuse)
    monkeypatch.setattr(
        "django.db.backends.base.base.BaseDatabaseWrapper.cursor", refuse
    )
    monkeypatch.setattr(work, "good_checkpoints", refuse)
    monkeypatch.setattr(database, "is_migrated", refuse)
    assert "refused." in wrong(find)
    assert "and more" not in wrong(find)


def test_tables_that_do_not_fit_are_wrong(monkeypatch):
    for name in ("is_migrated", "holds_no_demonstration"):
        monkeypatch.setattr(database, name, lambda: False)
    assert "older than this code" in wrong(database.try_tables)
    assert "illustrative data" in wrong(database.try_tables)


def test_a_queue_that_forgets_is_wrong(monkeypatch):
    facts = {"redis_version": "7", "maxmemory_policy": "allkeys-lru"}
    monkeypatch.setattr(Redis, "info", lambda _self: facts)
    assert "allkeys-lru" in wrong(work.try_queue)


@pytest.mark.django_db
def test_tasks_that_are_overdue_and_a_head_that_is_not_signed_are_named(monkeypatch):
    at = timezone.now() - timedelta(days=3)
    PeriodicRun.objects.create(task="reports.tasks.sweep_reports", done_at=at)
    PeriodicRun.objects.create(
        task="partners.tasks.read_events", done_at=timezone.now()
    )
    monkeypatch.setattr(work, "count_undecided", lambda _at: 2)
    found = of(work.try_beat, Level.DOUBTFUL)
    assert "“Compile waiting reports” is overdue" in found
    assert "2 jobs have failed" in found
    assert "Nothing is signed yet" in of(work.try_signing, Level.DOUBTFUL)
    old = Checkpoint(day=at.date(), signed_at=at)
    monkeypatch.setattr(work, "good_checkpoints", lambda **_given: iter([old]))
    assert "was last signed" in wrong(work.try_signing)


@pytest.mark.enable_socket
def test_a_mail_server_that_is_away_is_wrong(settings):
    settings.EMAIL_BACKEND = services.SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_TIMEOUT = 1
    assert "127.0.0.1:1 takes no mail" in wrong(services.try_mail)
    assert "DEFAULT_FROM_EMAIL" in of(services.try_mail, Level.DOUBTFUL)


def test_a_mail_server_that_answers_gets_no_mail(settings, monkeypatch):
    settings.EMAIL_BACKEND = services.SMTP
    server = SimpleNamespace(open=lambda: None, close=lambda: None)
    monkeypatch.setattr(mail, "get_connection", lambda: server)
    assert "takes mails" in of(services.try_mail, Level.GOOD)


@pytest.mark.django_db
def test_storage_is_asked_if_it_is_set(settings):
    def refuse(_name):
        raise FilesAwayError("the storage of files refuses: AccessDenied")

    settings.FILES_S3 = SimpleNamespace(has=lambda _name: False, name="bucket")
    assert "bucket answers" in of(services.try_files, Level.GOOD)
    assert "every file is there" in of(services.try_files, Level.GOOD)
    settings.FILES_S3 = SimpleNamespace(has=refuse, name="bucket")
    assert "AccessDenied" in wrong(services.try_files)


def test_objects_that_are_missing_are_named(settings, monkeypatch):
    settings.FILES_S3 = SimpleNamespace(has=lambda _name: False, name="bucket")
    names = [f"evidence file {number}" for number in range(30)]
    monkeypatch.setattr(services, "missing_objects", lambda: iter(names[:2]))
    said = wrong(services.try_files)
    assert "2 objects are not there" in said
    assert said.endswith("evidence file 0, evidence file 1.")
    monkeypatch.setattr(services, "missing_objects", lambda: iter(names))
    said = wrong(services.try_files)
    assert "30 objects are not there" in said
    assert said.endswith("evidence file 19 and others.")
    assert "evidence file 20" not in said

    def lost():
        yield names[0]
        raise FilesAwayError("the storage of files does not answer")

    monkeypatch.setattr(services, "missing_objects", lost)
    assert "not every file was looked for" in wrong(services.try_files)


def test_the_scanner_says_how_old_its_signatures_are(settings, db):
    assert "is not set" in of(services.try_scanner, Level.GOOD)
    with scanner_here() as scanner:
        settings.CLAMAV_URL = scanner.url
        said = of(services.try_scanner, Level.DOUBTFUL)
        assert "has no signatures of the last week" in said
        today = timezone.now().strftime("%a %b %d %H:%M:%S %Y")
        scanner.engine = f"ClamAV 1.4.6/27000/{today}"
        assert "answers" in of(services.try_scanner, Level.GOOD)
    assert "does not answer" in wrong(services.try_scanner)


def test_files_that_cannot_be_checked_are_told_without_their_number(
    settings, plan, officer_jp
):
    entry = make_entry(member_commitment_of(plan, "1.2.1", "JP"), by=officer_jp)
    EvidenceScan.objects.create(
        evidence=add_file(entry, by=officer_jp), due_at=timezone.now(), failure_count=3
    )
    with scanner_here() as scanner:
        settings.CLAMAV_URL = scanner.url
        assert wrong(services.try_scanner) == (
            "Files are held back: 3 tries to check them have failed."
        )


@pytest.mark.enable_socket
def test_other_services_are_reached_or_not(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://user:goshawk@127.0.0.1:{server.getsockname()[1]}/path"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        found = of(services.try_others, Level.GOOD)
    assert "OTEL_EXPORTER_OTLP_ENDPOINT: 127.0.0.1:" in found
    assert "goshawk" not in found
    assert "OIDC_ISSUER is not set" in found
    refused = can_be_reached("OIDC_ISSUER", "https://127.0.0.1", 1)
    assert refused.level is Level.WRONG
    assert where("host") == "host"
