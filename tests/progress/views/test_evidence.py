"""Tests of evidence in the editor: files and items that are chosen again."""

import errno
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from progress.forms import uploads
from progress.forms.uploads import KeepFilesHandler
from progress.models import Entry, Evidence, EvidenceFile, State
from progress.views import evidence as views
from tests.factories import add_file, make_entry, member_commitment_of
from tests.progress import files
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


# ---- Adding ------------------------------------------------------------------------
def test_files_are_attached_with_the_text(browser, edit_url, draft):
    answer = browser.post(
        edit_url,
        sent(text_file(), SimpleUploadedFile("map.png", files.PNG), version=1),
        follow=True,
    )
    assert "The draft is saved." in page(answer)
    assert [row.file_name for row in rows_of(draft)] == ["protocol.txt", "map.png"]
    assert "protocol.txt" in page(answer)
    assert "map.png" in page(answer)


def test_one_file_takes_the_title_that_was_given(browser, edit_url, draft):
    browser.post(
        edit_url,
        sent(text_file(), version=1, **{"files-title": "Minutes of July"}),
    )
    (row,) = rows_of(draft)
    assert (row.title, row.file_name) == ("Minutes of July", "protocol.txt")


def test_the_first_save_may_bring_a_file(browser, plan, stocktake):
    browser.post(new_url(plan), sent(text_file()))
    (row,) = rows_of(Entry.objects.get())
    assert row.media_type == "text/plain"


def test_adding_without_saving_shows_the_file_as_a_row(browser, edit_url, draft):
    answer = browser.post(
        edit_url, sent(text_file(), version=1, act="upload", narrative="Typed.")
    )
    row = Evidence.objects.get()
    assert answer.status_code == 200
    assert f'name="evidence-2-id" value="{row.pk}"' in page(answer)
    assert f"/evidence/{row.pk}/file/" in page(answer)
    assert "Typed.</textarea>" in page(answer)
    assert not rows_of(draft)


def test_a_row_of_a_file_that_comes_back_is_attached(browser, edit_url, draft):
    browser.post(edit_url, sent(text_file(), version=1, act="upload"))
    row = Evidence.objects.get()
    browser.post(edit_url, typed(version=1, **{**ONE, "evidence-2-id": str(row.pk)}))
    assert rows_of(draft) == [row]


def test_a_file_is_taken_off_and_stays_the_delegations(browser, edit_url, draft):
    browser.post(edit_url, sent(text_file(), version=1))
    (row,) = rows_of(draft)
    fields = {"evidence-1-id": str(row.pk), "evidence-1-remove": "on"}
    browser.post(edit_url, typed(version=2, **{**ONE, **fields}))
    assert not rows_of(draft)
    assert EvidenceFile.objects.filter(pk=row.pk).exists()


def test_an_unfit_file_is_named_and_nothing_else_is_lost(browser, edit_url, draft):
    bad = SimpleUploadedFile("<b>trojan.pdf", files.EXECUTABLE)
    answer = browser.post(
        edit_url, sent(text_file(), bad, version=1, narrative="Typed at length.")
    )
    assert answer.status_code == 422
    assert "trojan" in page(answer)
    assert "its content does not match its file name extension" in page(answer)
    assert "<b>trojan" not in page(answer)
    assert "Typed at length.</textarea>" in page(answer)
    # The good one is kept, and a row: pressing again attaches it.
    good = Evidence.objects.get()
    assert f'name="evidence-2-id" value="{good.pk}"' in page(answer)
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_wrong_date_costs_no_file(browser, edit_url):
    answer = browser.post(edit_url, sent(text_file(), version=1, as_of="yesterday"))
    assert answer.status_code == 422
    assert f'value="{Evidence.objects.get().pk}"' in page(answer)


def test_a_stale_version_costs_no_file(browser, edit_url, draft):
    Entry.objects.filter(pk=draft.pk).update(version=5, narrative="Theirs.")
    answer = browser.post(edit_url, sent(text_file(), version=1))
    assert answer.status_code == 409
    assert f'value="{Evidence.objects.get().pk}"' in page(answer)


def test_an_empty_file_is_said_to_be_empty(browser, edit_url):
    answer = browser.post(edit_url, sent(text_file(content=b""), version=1))
    assert "the file is empty" in page(answer)


@pytest.mark.long
def test_a_file_of_25_megabytes_is_refused_and_the_text_is_not(browser, edit_url):
    big = text_file("big.txt", b"x" * (25 * 1024 * 1024))
    answer = browser.post(edit_url, sent(big, text_file(), version=1))
    assert answer.status_code == 422
    assert "big.txt was rejected: a file may be at most 20 MB" in page(answer)
    assert "Two of five bureaus are connected.</textarea>" in page(answer)
    assert Evidence.objects.get().file_name == "protocol.txt"


def test_files_above_the_limit_of_one_request_are_not_kept(
    browser, edit_url, monkeypatch
):
    monkeypatch.setattr(uploads, "MOST_BYTES_KEPT", 100)
    chosen = [text_file(f"{n}.txt", b"%d" % n * 40) for n in range(4)]
    answer = browser.post(edit_url, sent(*chosen, version=1))
    assert answer.status_code == 422
    assert Evidence.objects.count() == 2
    assert "3.txt was rejected" in page(answer)


def test_the_twenty_first_file_is_not_kept(browser, edit_url):
    chosen = [text_file(f"{n}.txt", b"%d" % n) for n in range(1, 22)]
    answer = browser.post(edit_url, sent(*chosen, version=1))
    assert answer.status_code == 422
    assert "21.txt was rejected" in page(answer)
    assert Evidence.objects.count() == 20


def test_the_twenty_first_item_is_refused_and_its_file_is_kept(browser, edit_url):
    rows = {}
    for number in range(1, 21):
        rows[f"evidence-{number}-title"] = f"Title {number}"
        rows[f"evidence-{number}-url"] = ""
        rows[f"evidence-{number}-citation"] = f"No. {number}"
    answer = browser.post(edit_url, sent(text_file(), version=1, **rows))
    assert answer.status_code == 422
    assert "An entry can have at most 20 items of evidence." in page(answer)
    assert f'value="{Evidence.objects.get().pk}"' in page(answer)


def test_a_request_of_an_endless_length_is_not_read(browser, edit_url, monkeypatch):
    monkeypatch.setattr(views, "MOST_BYTES_READ", 1000)
    big = text_file(content=b"x" * 2000)
    assert browser.post(edit_url, sent(big, version=1)).status_code == 400


@pytest.mark.parametrize("size", [10, 200_000])
def test_a_full_disk_refuses_the_file_and_keeps_the_text(
    browser, edit_url, monkeypatch, size
):
    """`/dev/full` answers every write as a full disk does."""
    monkeypatch.setattr(
        "django.core.files.uploadedfile.tempfile.NamedTemporaryFile",
        lambda **_options: Path("/dev/full").open("w+b"),  # noqa: SIM115
    )
    chosen = [text_file("one.txt", b"x" * size), text_file("two.txt", b"y" * size)]
    answer = browser.post(edit_url, sent(*chosen, version=1))
    assert answer.status_code == 422
    for name in ("one.txt", "two.txt"):
        assert f"{name} was not kept: the server could not store it." in page(answer)
    assert "Two of five bureaus are connected.</textarea>" in page(answer)
    assert not Evidence.objects.exists()


def test_a_missing_folder_refuses_only_the_file_that_needs_it(
    browser, edit_url, settings, monkeypatch, tmp_path
):
    made = KeepFilesHandler.new_file

    def new_file(handler, *args, **kwargs):
        settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / ("gone" * handler.count))
        made(handler, *args, **kwargs)

    monkeypatch.setattr(KeepFilesHandler, "new_file", new_file)
    answer = browser.post(
        edit_url, sent(text_file("1.txt"), text_file("2.txt"), version=1)
    )
    assert answer.status_code == 422
    assert "2.txt was not kept" in page(answer)
    assert "1.txt was not kept" not in page(answer)
    assert Evidence.objects.get().file_name == "1.txt"


def test_a_file_that_cannot_be_read_back_refuses_only_itself(
    browser, edit_url, monkeypatch
):
    def fails(_file, *_args):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(TemporaryUploadedFile, "open", fails)
    answer = browser.post(edit_url, sent(text_file(), version=1))
    assert answer.status_code == 422
    assert "the server could not store it" in page(answer)
    assert "Two of five bureaus are connected.</textarea>" in page(answer)


# ---- Links ---------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["\u200b", "\u200e", "\u00a0", "\ufeff", "\u00ad"])
def test_marks_around_a_link_are_removed(browser, edit_url, draft, mark):
    link = {"evidence-1-title": "Report"}
    link["evidence-1-url"] = f"{mark}https://example.org/report{mark}"
    answer = browser.post(edit_url, sent(version=1, **link))
    assert answer.status_code == 302
    assert rows_of(draft)[0].url == "https://example.org/report"


# ---- Choosing again ----------------------------------------------------------------
@pytest.fixture
def elsewhere(plan, officer_jp, stocktake):
    """Another entry of Japan's, with a file."""
    other = member_commitment_of(plan, "1.1.1", "JP")
    return make_entry(other, by=officer_jp, stocktake=stocktake, evidence=1)


def test_the_delegations_evidence_is_offered_and_taken_again(
    browser, edit_url, draft, elsewhere, officer_jp
):
    file = add_file(elsewhere, by=officer_jp, position=1)
    link = rows_of(elsewhere)[0]
    shown = page(browser.get(edit_url))
    assert f'value="{file.pk}"' in shown
    chosen = {"attach": [str(file.pk), str(link.pk)]}
    browser.post(edit_url, sent(version=1, **chosen))
    assert set(rows_of(draft)) == {file, link}


def test_evidence_is_found_by_its_title(browser, edit_url, elsewhere, officer_jp):
    add_file(elsewhere, by=officer_jp, position=1, file_name="minutes.txt")
    fields = {"act": "find", "find": "MINUTES"}
    answer = browser.post(edit_url, sent(version=1, narrative="Typed.", **fields))
    assert "minutes.txt" in page(answer)
    assert "Annual report" not in page(answer)
    assert "Typed.</textarea>" in page(answer)
    fields = {"act": "find", "find": "nowhere\x00"}
    assert "No evidence found." in page(
        browser.post(edit_url, sent(version=1, **fields))
    )


def test_other_delegations_evidence_is_not_offered(
    browser, edit_url, plan, officer_fr, stocktake
):
    theirs = member_commitment_of(plan, "1.2.1", "FR")
    for state in (State.PUBLISHED, State.DRAFT):
        make_entry(
            theirs,
            by=officer_fr,
            state=state,
            stocktake=stocktake,
            file_name="canary.txt",
        )
    assert "canary" not in page(browser.get(edit_url))
    fields = {"act": "find", "find": "canary"}
    answer = browser.post(edit_url, sent(version=1, **fields))
    assert "canary.txt" not in page(answer)
