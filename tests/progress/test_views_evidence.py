"""Files in the editor and for download, for people and for attackers."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from audit.models import Event
from progress import limits
from progress.models import Entry, Evidence, EvidenceFile, State
from progress.views import uploads
from tests.factories import add_file, make_entry, make_user, member_commitment_of
from tests.progress import files
from tests.progress.editing import new_url, page, typed

ONE = {"evidence-1-title": "", "evidence-1-url": ""}


def sent(*chosen: SimpleUploadedFile, **fields: object) -> dict[str, object]:
    """The editor's fields with an empty first row, and files."""
    return typed(**{**ONE, "files": list(chosen), **fields})


def text_file(name: str = "protocol.txt", content: bytes = files.TEXT):
    return SimpleUploadedFile(name, content, content_type="text/html")


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


def rows_of(entry):
    return [
        link.evidence
        for link in entry.evidence_links.select_related("evidence").order_by("position")
    ]


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
    assert "its content is not what its name says" in page(answer)
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


@pytest.mark.slow
def test_a_file_of_25_megabytes_is_refused_and_the_text_is_not(browser, edit_url):
    big = text_file("big.txt", b"x" * (25 * 1024 * 1024))
    answer = browser.post(edit_url, sent(big, text_file(), version=1))
    assert answer.status_code == 422
    assert "big.txt was not taken: a file may have at most 20 MB" in page(answer)
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
    assert "3.txt was not taken" in page(answer)


def test_the_twenty_first_file_is_not_kept(browser, edit_url):
    chosen = [text_file(f"{n}.txt", b"%d" % n) for n in range(1, 22)]
    answer = browser.post(edit_url, sent(*chosen, version=1))
    assert answer.status_code == 422
    assert "21.txt was not taken" in page(answer)
    assert Evidence.objects.count() == 20


def test_the_twenty_first_item_is_refused_and_its_file_is_kept(browser, edit_url):
    rows = {}
    for number in range(1, 21):
        rows[f"evidence-{number}-title"] = f"Title {number}"
        rows[f"evidence-{number}-url"] = ""
        rows[f"evidence-{number}-citation"] = f"No. {number}"
    answer = browser.post(edit_url, sent(text_file(), version=1, **rows))
    assert answer.status_code == 422
    assert "At most 20 items of evidence fit." in page(answer)
    assert f'value="{Evidence.objects.get().pk}"' in page(answer)


def test_a_request_of_an_endless_length_is_not_read(browser, edit_url, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES_READ", 1000)
    big = text_file(content=b"x" * 2000)
    assert browser.post(edit_url, sent(big, version=1)).status_code == 400


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
    assert "Nothing found." in page(browser.post(edit_url, sent(version=1, **fields)))


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


# ---- An attacker who is an officer of another member --------------------------------
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


def test_a_foreign_id_and_a_guess_are_answered_alike(browser, edit_url, foreign):
    def answer_to(pk):
        fields = {"evidence-1-id": str(pk)}
        shown = page(browser.post(edit_url, typed(version=1, **{**ONE, **fields})))
        secrets = r'csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"'
        return re.sub(secrets, "", shown).replace(str(pk), "")

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
    monkeypatch.setattr(uploads.FilesKept, "new_file", _fail)
    answer = signed_in(make_user(role)).post(edit_url, sent(text_file(), version=1))
    assert answer.status_code in {403, 404}


def test_signed_out_no_byte_is_kept_and_the_text_comes_back(edit_url, monkeypatch):
    monkeypatch.setattr(uploads.FilesKept, "new_file", _fail)
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
    for url in (f"/entries/{draft.pk}/discard/", "/reports/new/", "/accounts/login/"):
        big = text_file(content=b"x" * 3_000_000)
        assert browser.post(url, {"files": big}).status_code in {400, 403}, url
    assert not Evidence.objects.exists()


def test_nothing_stays_on_the_disk(browser, edit_url, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    seen = []
    original = uploads.FilesKept.file_complete

    def watched(self, file_size):
        seen.extend(Path(tmp_path).iterdir())
        return original(self, file_size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uploads.FilesKept, "file_complete", watched)
        browser.post(edit_url, sent(text_file(), version=1))
    assert seen
    assert not list(tmp_path.iterdir())


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
