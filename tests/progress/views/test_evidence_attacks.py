"""Tests of attacks on evidence, by another member's officer and by others."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import Role
from progress.forms import uploads
from progress.models import Evidence
from tests.factories import add_file, make_entry, make_user, member_commitment_of
from tests.progress.attaching import ONE, rows_of, sent, text_file
from tests.progress.editing import new_url, page, typed


@pytest.fixture
def mine(plan):
    return member_commitment_of(plan, "1.2.1", "JP")


@pytest.fixture
def draft(mine, officer_jp, stocktake):
    return make_entry(mine, by=officer_jp, stocktake=stocktake)


@pytest.fixture
def edit_url(draft):
    return f"/entries/{draft.pk}/edit/"


@pytest.fixture
def browser(signed_in, officer_jp):
    return signed_in(officer_jp)


@pytest.fixture
def foreign(plan, officer_fr, stocktake):
    theirs = member_commitment_of(plan, "1.2.1", "FR")
    return add_file(
        make_entry(theirs, by=officer_fr, stocktake=stocktake),
        by=officer_fr,
        file_name="canary.txt",
    )


@pytest.mark.parametrize("act", ["save", "submit", "upload", "preview", "add", "find"])
def test_a_foreign_id_in_a_row_brings_nothing(browser, edit_url, draft, foreign, act):
    fields = {"evidence-1-id": str(foreign.pk), "act": act}
    answer = browser.post(edit_url, typed(version=1, **{**ONE, **fields}))
    assert "canary" not in page(answer)
    assert not rows_of(draft)
    if act in {"save", "submit"}:
        assert answer.status_code == 422
        assert "not among your delegation" in page(answer)


def test_a_foreign_id_and_a_guess_are_answered_alike(browser, edit_url, foreign, now):
    def answer_to(pk):
        fields = {"evidence-1-id": str(pk)}
        shown = page(browser.post(edit_url, typed(version=1, **{**ONE, **fields})))
        secrets = r'csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"'
        return re.sub(secrets, "", shown).replace(str(pk), "")

    with time_machine.travel(now, tick=False):  # each page names its minute
        assert answer_to(foreign.pk) == answer_to(uuid4())


@pytest.mark.parametrize("given", ["not-an-id", "", "0", "'; DROP", "\x00", "١" * 36])
def test_an_id_that_is_none_is_refused_in_words(browser, edit_url, given):
    fields = {"evidence-1-id": given, "attach": given}
    answer = browser.post(edit_url, typed(version=1, **{**ONE, **fields}))
    assert answer.status_code in {302, 422}


def test_a_foreign_id_that_is_ticked_brings_nothing(browser, edit_url, draft, foreign):
    answer = browser.post(edit_url, sent(version=1, attach=[str(foreign.pk)]))
    assert "canary" not in page(answer)
    assert not rows_of(draft)


def test_an_officer_elsewhere_cannot_upload_to_an_entry(
    signed_in, officer_fr, edit_url, plan
):
    attacker = signed_in(officer_fr)
    assert attacker.post(edit_url, sent(text_file(), version=1)).status_code == 404
    assert attacker.post(new_url(plan), sent(text_file())).status_code == 403
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.ADMINISTRATOR, Role.ASSESSOR])
def test_for_whoever_has_no_delegation_no_byte_is_kept(
    signed_in, edit_url, role, monkeypatch
):
    monkeypatch.setattr(uploads.KeepFilesHandler, "new_file", _fail)
    answer = signed_in(make_user(role)).post(edit_url, sent(text_file(), version=1))
    assert answer.status_code in {403, 404}


def test_signed_out_no_byte_is_kept_and_the_text_comes_back(edit_url, monkeypatch):
    monkeypatch.setattr(uploads.KeepFilesHandler, "new_file", _fail)
    big = text_file(content=b"x" * 3_000_000)  # more than a form may have
    answer = Client().post(edit_url, sent(big, version=1, narrative="Long words."))
    assert answer.status_code == 403
    assert "Long words." in page(answer)
    assert "choose them again" in page(answer)
    assert not Evidence.objects.exists()


def _fail(*_args, **_kwargs):
    raise AssertionError("a file was about to be written")


def test_without_the_forms_token_nothing_is_stored(officer_jp, edit_url):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(
        officer_jp, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = browser.post(edit_url, sent(text_file(), version=1, narrative="Mine."))
    assert answer.status_code == 403
    assert "Mine." in page(answer)
    assert not Evidence.objects.exists()


def test_other_addresses_take_no_files(browser, draft):
    for url in (
        f"/entries/{draft.pk}/discard/",
        "/reports/new/stocktake/",
        "/accounts/login/",
    ):
        big = text_file(content=b"x" * 3_000_000)
        assert browser.post(url, {"files": big}).status_code in {400, 403}, url
    assert not Evidence.objects.exists()


def test_nothing_stays_on_the_disk(browser, edit_url, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    seen: list[Path] = []
    original = uploads.KeepFilesHandler.file_complete

    def watched(self, file_size):
        seen.extend(Path(tmp_path).iterdir())
        return original(self, file_size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uploads.KeepFilesHandler, "file_complete", watched)
        browser.post(edit_url, sent(text_file(), version=1))
    assert seen
    assert not list(tmp_path.iterdir())
