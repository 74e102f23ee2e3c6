"""Tests of the settings of single sign-on."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from g7plan.settings_of.single_sign_on import single_sign_on

GIVEN = {
    "OIDC_ISSUER": "https://id.example/realms/ministry",
    "OIDC_CLIENT_ID": "g7plan",
    "OIDC_CLIENT_SECRET": "secret",
}


def provider_of(monkeypatch, *, is_production=True, **changed):
    for name, value in {**GIVEN, **changed}.items():
        monkeypatch.setenv(name, value)
    return single_sign_on(Env(), is_production=is_production)


def test_without_an_issuer_there_is_none(monkeypatch):
    assert provider_of(monkeypatch, OIDC_ISSUER="") is None


def test_the_name_is_that_of_the_host_unless_it_is_set(monkeypatch):
    assert provider_of(monkeypatch).name == "id.example"
    found = provider_of(monkeypatch, OIDC_NAME="eID", OIDC_SECOND_FACTORS="mfa,hwk")
    assert (found.name, found.second_factors) == ("eID", {"mfa", "hwk"})


@pytest.mark.parametrize("name", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_a_missing_part_stops_the_start(monkeypatch, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        provider_of(monkeypatch, **{name: ""})


def test_only_a_trial_may_have_a_provider_without_tls(monkeypatch):
    near = {"OIDC_ISSUER": "http://127.0.0.1:9400"}
    with pytest.raises(ImproperlyConfigured, match="https"):
        provider_of(monkeypatch, **near)
    assert provider_of(monkeypatch, is_production=False, **near)
    with pytest.raises(ImproperlyConfigured, match="https"):
        provider_of(monkeypatch, is_production=False, OIDC_ISSUER="id.example")
