"""A test of the clearance dossier with a real worker, queue and cache."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]


def request_dossier(page: Page) -> Path:
    """Request a dossier, wait until the worker has made it, and download it."""
    page.goto("/reports/")
    page.get_by_role("link", name="Clearance dossier").click()
    page.get_by_role("button", name="Request the dossier").click()
    download_button = page.get_by_role("button", name="Download the dossier")
    for _attempt in range(30):
        if download_button.is_visible():
            break
        page.wait_for_timeout(1000)
        page.goto("/reports/dossier/")  # as without JavaScript
    with page.expect_download() as waiting:
        download_button.click()
    return Path(waiting.value.path())


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_head_downloads_the_dossier_that_a_worker_made(signed_in_page, has_scripts):
    page = signed_in_page("head.jp", java_script_enabled=has_scripts)
    text = " ".join(
        sheet.extract_text() for sheet in PdfReader(request_dossier(page)).pages
    )
    assert "Clearance dossier: Japan" in text
    assert "TLP:AMBER" in text
    page.goto("/reports/dossier/")
    expect(page.get_by_role("button", name="Download the dossier")).to_have_count(0)
