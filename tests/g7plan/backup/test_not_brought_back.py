"""Tests of what a restore must not bring back. Each is tried after the restore."""

import json
from datetime import timedelta

import pytest
from allauth.account.forms import default_token_generator
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError
from django.test import Client
from django.utils import timezone

from accounts.backends import find_api_key
from accounts.models import IdempotencyKey, NewDeviceMail, Scope, User
from accounts.second_factors.rules import factors_of
from audit.models import SystemPause
from g7plan.backup.archive import Backup
from partners.models import Digest, PrivateFeed, WebhookDelivery
from progress.models import Entry, EvidenceFile, State, Tombstone
from tests.accounts.factors.conftest import (
    STEP,
    give_app,
    is_signed_in,
    with_password,
)
from tests.accounts.signed_in import client_of
from tests.api.conftest import store_key
from tests.factories import make_entry, member_commitment_of, publish
from tests.g7plan.backup.conftest import destroy, told_by
from tests.g7plan.test_erase_entry import erase, tables_with
from tests.g7plan.words_of_an_entry import add_evidence
from tests.jobs.trial import Trial, run
from tests.partners.feeds.conftest import address_of  # noqa: F401 - a fixture
from tests.progress.public_reading.opening import make_public_reading

DATABASES = ["default", "owner"]
pytestmark = pytest.mark.django_db(transaction=True, databases=DATABASES)
SECRET = "A text that a court has ordered to erase"


@pytest.fixture
def restored(saved):
    """Restores the backup of this moment, and lets everyone in again if asked."""

    def restore(path=None, *, is_resumed=True):
        path = path or saved()
        destroy()
        told_by("restore", path)
        if is_resumed:
            nothing = path.with_suffix(".jsonl")
            nothing.touch()
            told_by("replay_erasures", nothing)
            told_by("resume", by="A. Clerk", keep_public_reading=True)

    return restore


def test_no_key_session_or_link_works_again(
    plan,
    officer_jp,
    coordinator,
    address_of,  # noqa: F811
    restored,
):
    """Each works before. It may have been revoked after the backup."""
    _key, token = store_key(Scope.READ_GREEN)
    browser, feed = client_of(officer_jp), address_of(officer_jp, "changes")
    link = default_token_generator.make_token(officer_jp)
    answer = IdempotencyKey.objects.create(
        user=officer_jp, key="once", subjects=[], was_visible=True, status=201,
        headers={}, body=b"{}", answered_at=timezone.now(),
    )  # fmt: skip
    assert find_api_key(token, timezone.now())
    assert browser.get("/").status_code == 200
    assert Client().get(feed).status_code == 200
    assert default_token_generator.check_token(officer_jp, link)
    restored()
    person = User.objects.get(pk=officer_jp.pk)
    assert find_api_key(token, timezone.now()) is None
    assert browser.get("/").status_code == 302
    assert not Session.objects.exists()
    assert Client().get(feed).status_code == 404
    assert not PrivateFeed.objects.filter(revoked_at=None).exists()
    assert not default_token_generator.check_token(person, link)
    assert not IdempotencyKey.objects.filter(pk=answer.pk).exists()
    # What people need for the next day is there: they sign in as before.
    assert person.password == officer_jp.password
    new = default_token_generator.make_token(person)
    assert default_token_generator.check_token(person, new)


def test_nothing_that_waited_is_sent_a_second_time(
    plan, stocktake, coordinator, restored
):
    trial = Trial(plan, stocktake, coordinator)
    waiting, digest = trial.new_device_mail(), trial.digest()
    delivery = WebhookDelivery.objects.create(
        endpoint=trial.webhook(),
        number=1,
        type="webhook.ping",
        created_at=trial.now,
        due_at=trial.now,
    )
    restored()
    for task in (
        "accounts.tasks.sweep_new_device_mails",
        "partners.tasks.sweep_webhooks",
    ):
        run(task, [])
    run("accounts.tasks.send_new_device_mail", [str(waiting.pk)])
    run("partners.tasks.send_digest", [str(digest.pk)])
    run("partners.tasks.send_webhook", [str(delivery.pk)])
    assert mail.outbox == []
    states = [
        model.objects.get(pk=row.pk).state
        for model, row in (
            (NewDeviceMail, waiting),
            (Digest, digest),
            (WebhookDelivery, delivery),
        )
    ]
    assert states == ["unknown", "unknown", "dropped"]


def test_what_the_law_has_erased_is_erased_again(
    plan, officer_jp, coordinator, now, saved, restored, settings, tmp_path
):
    """One was published at the time of the backup, and one was a draft."""
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    published, draft = (
        make_entry(
            member_commitment_of(plan, code, "JP"), by=officer_jp, narrative=SECRET
        )
        for code in ("1.2.1", "1.2.2")
    )
    publish(published, by=coordinator, at=now - timedelta(hours=1))
    path = saved()
    publish(Entry.objects.get(pk=draft.pk), by=coordinator, at=now)
    for entry in (published, draft):
        erase(Entry.objects.get(pk=entry.pk))
    lines = (tmp_path / "erasures.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [
        str(published.pk), str(draft.pk)
    ]  # fmt: skip
    assert SECRET not in "".join(lines)
    destroy()
    assert tables_with(SECRET) == set()
    told_by("restore", path)
    assert "progress_entry" in tables_with(SECRET)
    with pytest.raises(CommandError, match="has not been repeated"):
        told_by("resume", by="A. Clerk")
    told = told_by("replay_erasures", settings.ERASURES_FILE)
    assert "2 erased again" in told
    assert tables_with(SECRET) == set()
    assert Tombstone.objects.get().entry_id == published.pk
    assert Entry.objects.get(pk=draft.pk).state == State.DRAFT
    assert "1 erased already" in told_by("replay_erasures", settings.ERASURES_FILE)
    told_by("resume", by="A. Clerk")
    assert SystemPause.objects.get().ended_by == "A. Clerk"


def test_a_person_who_was_erased_is_erased_again(
    plan, officer_jp, saved, restored, settings, tmp_path
):
    """They could still sign in when the backup was made, with a second factor."""
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    User.objects.filter(pk=officer_jp.pk).update(name=SECRET)
    give_app(officer_jp)
    path = saved()
    User.objects.filter(pk=officer_jp.pk).update(is_active=False)
    options = {"reason": "Request 12", "by": "A. Clerk", "yes": True}
    told_by("erase_person", officer_jp.email, **options)
    [line] = (tmp_path / "erasures.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["id"] == str(officer_jp.pk)
    assert officer_jp.email not in line
    assert SECRET not in line
    destroy()
    told_by("restore", path)
    assert "accounts_user" in tables_with(SECRET)
    assert "1 erased again" in told_by("replay_erasures", settings.ERASURES_FILE)
    assert tables_with(SECRET) == set()
    assert tables_with(officer_jp.email) == set()
    person = User.objects.get(pk=officer_jp.pk)
    assert not person.is_active
    assert not factors_of(person.pk).has_any
    assert "1 erased already" in told_by("replay_erasures", settings.ERASURES_FILE)


def test_a_person_is_not_erased_if_the_list_cannot_be_written(
    officer_jp, settings, tmp_path
):
    settings.ERASURES_FILE = str(tmp_path / "none" / "erasures.jsonl")
    User.objects.filter(pk=officer_jp.pk).update(is_active=False)
    options = {"reason": "Request 12", "by": "A. Clerk", "yes": True}
    with pytest.raises(CommandError, match="Nothing was erased"):
        told_by("erase_person", officer_jp.email, **options)
    assert User.objects.get(pk=officer_jp.pk).name == officer_jp.name
    settings.ERASURES_FILE = ""
    said = told_by("erase_person", officer_jp.email, **options)
    assert "ERASURES_FILE is not set" in said
    assert f'"kind":"person","id":"{officer_jp.pk}"' in said


def test_no_recovery_code_works_again(plan, officer_jp, restored):
    """One may have been used after the backup. The app works as before."""
    app, codes = give_app(officer_jp)
    restored()
    client = with_password(User.objects.get(pk=officer_jp.pk))
    assert client.post(STEP, {"confirm-code": codes[0]}).status_code == 422
    assert not is_signed_in(client)
    client.post(STEP, {"confirm-code": app.code(steps=0)})
    assert is_signed_in(client)
    assert factors_of(officer_jp.pk).codes_left == 0


def test_public_reading_starts_again_only_by_a_decision(plan, restored):
    make_public_reading()
    assert Client().get("/public/").status_code == 200
    restored(is_resumed=False)
    assert Client().get("/public/").status_code == 404
    nothing = SystemPause.objects.get()
    SystemPause.objects.using("owner").filter(pk=nothing.pk).update(
        erasures_at=nothing.started_at
    )
    with pytest.raises(CommandError, match="public reading is on"):
        told_by("resume", by="A. Clerk")
    told_by("resume", by="A. Clerk", keep_public_reading=True)
    assert Client().get("/public/").status_code == 200


class OneFile:
    """Object storage in which there is one of the two files."""

    def has(self, name):
        return name == "a" * 32


def test_files_in_object_storage_that_are_missing_are_named(
    plan, officer_jp, saved, restored, settings
):
    entry = make_entry(member_commitment_of(plan, "1.2.1", "JP"), by=officer_jp)
    for position, letter in enumerate("ab"):
        evidence = add_evidence(
            entry, officer_jp, position, kind="file", file_name="a.txt",
            media_type="text/plain", size=3, sha256=letter * 64,
        )  # fmt: skip
        EvidenceFile.objects.create(
            evidence=evidence, content=b"", object_key=letter * 32
        )
    path = saved()
    manifest = Backup.checked(path, None).manifest
    assert [file.sha256 for file in manifest.files_elsewhere] == ["a" * 64, "b" * 64]
    destroy()
    settings.FILES_S3 = OneFile()
    said = told_by("restore", path)
    assert said.count("MISSING") == 1
    assert (
        f"MISSING in object storage: {'b' * 32}, 3 bytes, SHA-256 {'b' * 64}." in said
    )
    settings.FILES_S3 = None
    assert "2 files in object storage could not be checked" in told_by("pause_restored")
