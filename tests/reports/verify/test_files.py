"""Tests of real files of a final report: on the page, by the command, by the script."""

import json
import subprocess
import sys
from hashlib import sha256

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Role
from progress.ledger.keys import public_keys, sign_payload
from reports.actions.signing import sign_report
from reports.formats import FORMAT_RULES
from reports.models import ReportManifest
from reports.runner import compile_if_waiting
from reports.views.files import manifest_response
from tests.factories import make_user
from tests.progress.tampering import as_superuser
from tests.reports.circulation.circulations import circulate, make_draft, make_final
from tests.source_files import ROOT

pytestmark = pytest.mark.django_db(
    transaction=True, databases=["default", "owner", "signer"]
)
SCRIPT = ROOT / "docs/verify_report.py"
GENUINE, NOT_FINAL = "A genuine final report", "Not a final report of this system"


@pytest.fixture
def final(plan, coordinator, chair):
    """A final report that was approved, compiled and signed."""
    draft = make_draft(plan, by=coordinator)
    circulate(draft, by=coordinator)
    other = make_user(Role.COORDINATOR, member=chair)
    report = make_final(draft, by=coordinator, other=other)
    assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    sign_report(report_id=report.pk, at=timezone.now())
    return report


@pytest.fixture
def final_unread(made_up_reports, final):
    """The same, with files that nothing looks into."""
    return final


def changed(content):
    """Return the same bytes with one bit of the middle one changed."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def by_page(client, content):
    return client.post("/verify/", {"file": SimpleUploadedFile("any", content)}).text


def by_command(path):
    try:
        call_command("verify_report", str(path))
    except CommandError as error:
        return str(error)
    return GENUINE


def by_script(path, manifest, *keys):
    given = [item for key in keys for item in ("--key", key)]
    command = [sys.executable, str(SCRIPT), str(path), str(manifest), *given]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode == 0) == (GENUINE in done.stdout)
    return done.stdout + done.stderr


def write_manifest(report, tmp_path):
    path = tmp_path / "report.manifest.json"
    manifest = ReportManifest.objects.get(report=report)
    path.write_bytes(manifest_response(report, manifest).content)
    return path


@pytest.mark.long
def test_each_format_is_genuine_and_no_other_bytes_are(final, client, tmp_path):
    """Each says its code, by which it is found as well."""
    manifest = write_manifest(final, tmp_path)
    files = list(final.files.all())
    assert {file.format for file in files} == set(FORMAT_RULES)
    for file in files:
        content = bytes(file.content)
        path = tmp_path / f"held.{file.format}"
        for held, page, word in (
            (content, GENUINE, GENUINE),
            (changed(content), NOT_FINAL, "Not genuine"),
            (content + b"\n", NOT_FINAL, "Not genuine"),
        ):
            path.write_bytes(held)
            assert page in by_page(client, held), file.format
            assert by_command(path) == f"{page}{'.' if page == NOT_FINAL else ''}"
            assert word in by_script(path, manifest, settings.LEDGER_PUBLIC_KEY)
    assert GENUINE in client.post("/verify/", {"code": final.code}).text


def test_a_draft_and_nonsense_are_the_same_to_the_command(plan, coordinator, tmp_path):
    draft = make_draft(plan, by=coordinator)
    path = tmp_path / "draft.pdf"
    path.write_bytes(bytes(draft.files.get().content))
    assert by_command(path) == f"{NOT_FINAL}."
    path.write_bytes(b"nonsense")
    assert by_command(path) == f"{NOT_FINAL}."


def test_the_command_needs_a_file_that_it_can_read(tmp_path):
    missing = tmp_path / "missing.pdf"
    assert "cannot be read: No such file" in by_command(missing)
    assert "cannot be read: Is a directory" in by_command(tmp_path)


def test_the_command_believes_no_row_without_a_signed_manifest(final_unread, tmp_path):
    path = tmp_path / "final.pdf"
    path.write_bytes(bytes(final_unread.files.get(format="pdf").content))
    assert by_command(path) == GENUINE
    with as_superuser() as superuser:
        superuser.execute(
            "UPDATE reports_reportmanifest SET text = replace(text, 'clear', 'amber')"
            " || ' '"
        )
    assert "no manifest with a valid signature names it" in by_command(path)


def test_the_script_believes_no_manifest_that_its_key_did_not_sign(
    final_unread, tmp_path
):
    manifest = write_manifest(final_unread, tmp_path)
    path = tmp_path / "final.pdf"
    path.write_bytes(bytes(final_unread.files.get(format="pdf").content))
    [key] = public_keys().values()
    other = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert GENUINE in by_script(path, manifest, other, key)
    assert "was not signed with this key" in by_script(path, manifest, other)
    manifest.write_text(manifest.read_text("utf-8").replace("green", "clear"), "utf-8")
    assert "was not signed with this key" in by_script(path, manifest, key)
    for broken in ("", "[]", "{}", '{"manifest": 1, "signature": ""}'):
        manifest.write_text(broken, "utf-8")
        assert "Nothing is shown" in by_script(path, manifest, key)


def test_the_script_says_of_a_draft_with_its_manifest_that_it_is_not_final(
    plan, coordinator, tmp_path
):
    """Who holds the manifest may know."""
    draft = make_draft(plan, by=coordinator)
    content = bytes(draft.files.get().content)
    signed = {
        "report": str(draft.pk),
        "plan": plan.slug,
        "at": str(draft.at),
        "files": [{"sha256": sha256(content).hexdigest(), "size": len(content)}],
        "circulation": "none",
    }
    line = json.dumps(signed)
    manifest, path = tmp_path / "manifest.json", tmp_path / "draft.pdf"
    signature = sign_payload(line.encode()).signature
    manifest.write_text(json.dumps({"manifest": line, "signature": signature}), "utf-8")
    path.write_bytes(content)
    said = by_script(path, manifest, settings.LEDGER_PUBLIC_KEY)
    assert said.startswith(f"Genuine, but not final: report {draft.pk}")


def test_the_script_is_short_and_needs_no_django():
    source = SCRIPT.read_text("utf-8")
    assert len(source.splitlines()) <= 60
    assert "django" not in source
