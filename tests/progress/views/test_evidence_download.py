"""Tests of downloading files: their names, and who may have them."""

from uuid import uuid4

import pytest

from audit.models import Event
from progress import limits
from progress.models import Entry, Evidence, State
from tests.factories import add_file, make_entry, member_commitment_of
from tests.progress import files
from tests.progress.attaching import rows_of, sent, text_file
from tests.progress.editing import page


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
def elsewhere(plan, officer_jp, stocktake):
    """Another entry of Japan's, with a file."""
    other = member_commitment_of(plan, "1.1.1", "JP")
    return make_entry(other, by=officer_jp, stocktake=stocktake, evidence=1)


# ---- Names -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ('a";\r\nSet-Cookie: x=1;.txt', "a; Set-Cookie x=1;.txt"),
        ("<script>alert(1)<script>.txt", "scriptalert(1)script.txt"),
        ("進捗\u202e報告.txt", "進捗報告.txt"),
        ("con.txt", "_con.txt"),
        ("報" * 300 + ".txt", "報" * 146 + ".txt"),
    ],
)
def test_a_name_means_no_harm_anywhere(browser, edit_url, draft, name, kept):
    boundary = "----------------------------x"
    quoted = name.replace("\r\n", "%0D%0A").replace('"', "%22")
    head = f'Content-Disposition: form-data; name="files"; filename="{quoted}"'
    fields = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n'
        f"{value}\r\n"
        for field, value in sent(version=1).items()
        if field != "files"
    )
    body = f"{fields}--{boundary}\r\n{head}\r\n\r\n".encode() + files.TEXT
    browser.generic(
        "POST",
        edit_url,
        body + f"\r\n--{boundary}--\r\n".encode(),
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    (row,) = rows_of(draft)
    answer = browser.get(f"/evidence/{row.pk}/file/")
    assert answer.status_code == 200
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert "\r" not in disposition
    assert "\n" not in disposition
    assert "Set-Cookie" not in answer.headers
    if "%" not in quoted:
        assert row.file_name == kept


# ---- Download ----------------------------------------------------------------------
def test_a_file_is_served_as_a_download_and_runs_nothing(browser, draft, officer_jp):
    row = add_file(draft, by=officer_jp, file_name="報告 2016.txt")
    answer = browser.get(f"/evidence/{row.pk}/file/")
    content = answer.getvalue()
    assert content == bytes(row.file.content)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Length"] == str(len(content))
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%A0%B1%E5%91%8A%202016.txt"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert browser.head(f"/evidence/{row.pk}/file/").status_code == 200
    assert browser.post(f"/evidence/{row.pk}/file/").status_code == 405


def test_what_is_no_file_has_none_to_download(browser, draft, officer_jp, elsewhere):
    link = rows_of(elsewhere)[0]
    assert browser.get(f"/evidence/{link.pk}/file/").status_code == 404
    assert browser.get(f"/evidence/{uuid4()}/file/").status_code == 404
    assert browser.get("/evidence/1/file/").status_code == 404


def test_the_reviewer_may_download_while_the_entry_is_theirs(
    signed_in, coordinator, mine, officer_jp, stocktake
):
    entry = make_entry(
        mine,
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=stocktake,
        file_name="a.txt",
    )
    url = f"/evidence/{rows_of(entry)[0].pk}/file/"
    reviewer = signed_in(coordinator)
    assert reviewer.get(url).status_code == 200
    Entry.objects.filter(pk=entry.pk).update(state=State.RETURNED)
    assert reviewer.get(url).status_code == 404


def test_readers_see_the_file_by_name_and_size_on_the_entrys_pages(
    signed_in, observer, mine, plan, officer_jp, stocktake
):
    entry = make_entry(
        mine,
        by=officer_jp,
        state=State.PUBLISHED,
        stocktake=stocktake,
        file_name="protocol.txt",
    )
    row = rows_of(entry)[0]
    reader = signed_in(observer)
    for url in (
        f"/entries/{entry.pk}/",
        f"/plans/{plan.slug}/commitments/1.2.1/",
        f"/plans/{plan.slug}/commitments/1.2.1/JP/",
    ):
        shown = page(reader.get(url))
        assert f"/evidence/{row.pk}/file/" in shown, url
        assert "protocol.txt" in shown
        assert "bytes" in shown


def test_administrators_see_neither_the_file_nor_its_name(
    signed_in, administrator, browser, edit_url
):
    browser.post(edit_url, sent(text_file("canary-name.txt"), version=1))
    assert Event.objects.filter(verb="evidence.add").exists()
    events = [str(vars(event)) for event in Event.objects.all()]
    assert not any("canary" in event for event in events)
    url = f"/evidence/{Evidence.objects.get().pk}/file/"
    assert signed_in(administrator).get(url).status_code == 404


def test_the_limits_are_those_of_the_contract():
    assert limits.EVIDENCE_FILE_BYTES == 20 * 1024 * 1024
    assert limits.EVIDENCE_ITEMS == 20
