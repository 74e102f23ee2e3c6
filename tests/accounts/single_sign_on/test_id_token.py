"""Tests of the ID token: each check that OpenID Connect asks for."""

import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from accounts.single_sign_on.configured import ConfiguredProvider
from accounts.single_sign_on.id_token import (
    LEEWAY,
    InvalidTokenError,
    identity_in,
)

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())
NONCE = "a nonce of this visit"
PROVIDER = ConfiguredProvider(
    issuer="https://id.example",
    client_id="g7plan",
    client_secret="not printed",
    name="Ministry ID",
    second_factors=frozenset({"mfa", "urn:high"}),
)


def public(key, **changed):
    of_key = {"kid": "one", "use": "sig"}
    algorithm = jwt.algorithms.ECAlgorithm
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), **of_key, **changed}


KEYS = {"keys": [public(KEY), public(OTHER_KEY, kid="two")]}


def token(key=KEY, algorithm="ES256", headers=None, without="", **changed):
    now = time.time()
    claims = {
        "iss": PROVIDER.issuer,
        "sub": "subject-1",
        "aud": PROVIDER.client_id,
        "iat": int(now),
        "exp": int(now) + 300,
        "nonce": NONCE,
        **changed,
    }
    claims.pop(without, None)
    headers = {"kid": "one"} if headers is None else headers
    return jwt.encode(claims, key, algorithm=algorithm, headers=headers)


def identity(encoded, keys=KEYS):
    return identity_in(encoded, keys, provider=PROVIDER, nonce=NONCE)


def test_a_good_token_names_the_person():
    found = identity(token())
    assert (found.issuer, found.subject) == ("https://id.example", "subject-1")
    assert not found.has_second_factor
    assert found.signed_in_at is None
    assert identity(token(aud=["g7plan"], azp="g7plan")).subject == "subject-1"


@pytest.mark.parametrize(
    ("claims", "is_trusted"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "urn:high"}, True),
        ({"amr": ["pwd"], "acr": "urn:low"}, False),
        ({"amr": "mfa"}, False),
        ({"amr": None, "acr": None}, False),
    ],
)
def test_a_second_factor_is_trusted_only_where_it_is_named(claims, is_trusted):
    assert identity(token(**claims)).has_second_factor is is_trusted


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": "https://id.example/"},
        {"aud": "another"},
        {"aud": ["g7plan", "another"]},
        {"aud": ["g7plan", "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "of another visit"},
        {"nonce": None},
        {"exp": int(time.time()) - LEEWAY - 10},
        {"iat": int(time.time()) + 10**6},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": "subject\n1"},
        {"sub": "subject\x00"},
    ],
)
def test_a_wrong_claim_is_refused(claims):
    with pytest.raises(InvalidTokenError):
        identity(token(**claims))


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_missing_claim_is_refused(name):
    with pytest.raises(InvalidTokenError):
        identity(token(without=name))


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "a.b.c",
        token(key=OTHER_KEY),
        token(headers={"kid": "three"}),
        token(headers={}),
        token(key=ed25519.Ed25519PrivateKey.generate(), algorithm="EdDSA"),
        token(key=None, algorithm="none"),
        token(key="a secret that both sides have, long", algorithm="HS256"),
        token()[:-2],
    ],
)
def test_a_wrong_signature_is_refused(encoded):
    with pytest.raises(InvalidTokenError):
        identity(encoded)


def test_the_public_key_is_no_shared_secret():
    """The classic attack: the public key, used as the secret of HS256."""
    secret = {
        "kty": "oct",
        "kid": "one",
        "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    }
    encoded = token(key=bytes(32), algorithm="HS256")
    with pytest.raises(InvalidTokenError):
        identity(encoded, {"keys": [secret]})


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": "x"}, {"keys": [{}]}])
def test_without_a_key_nothing_is_proved(keys):
    with pytest.raises(InvalidTokenError):
        identity(token(), keys)


def test_a_token_without_the_name_of_its_key_needs_the_only_key():
    assert identity(token(headers={}), {"keys": [public(KEY)]}).subject == "subject-1"


def test_the_secret_is_not_printed():
    assert "not printed" not in repr(PROVIDER)
