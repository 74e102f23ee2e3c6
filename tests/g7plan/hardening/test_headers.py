"""Tests of the headers that keep other sites and browser features out."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return Client().get("/accounts/login/")


def test_a_page_names_what_the_browser_may_do(page):
    headers = page.headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    features = headers["Permissions-Policy"].split(", ")
    assert "camera=()" in features
    # Passkeys are asked for by pages of ours, and by no frame in them.
    assert "publickey-credentials-get=(self)" in features
    assert not any("*" in feature for feature in features)


def test_the_policy_says_where_a_breach_is_reported(page):
    policy = page.headers["Content-Security-Policy"]
    assert "report-uri /csp-reports/" in policy
    assert "report-to csp" in policy
    assert page.headers["Reporting-Endpoints"] == 'csp="/csp-reports/"'
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_no_other_site_may_load_an_answer_of_the_api():
    headers = Client().get("/api/v1/schema/").headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Permissions-Policy" not in headers


def test_behind_https_a_browser_comes_back_by_https_only(settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    answer = Client().get("/accounts/login/", secure=True)
    expected = "max-age=31536000; includeSubDomains; preload"
    assert answer.headers["Strict-Transport-Security"] == expected
