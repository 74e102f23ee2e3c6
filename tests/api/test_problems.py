"""Tests of errors in the API: all have one shape, and none reveals internal details."""

import pytest
from django.core.exceptions import (
    PermissionDenied,
    SuspiciousOperation,
    TooManyFieldsSent,
    ValidationError,
)
from django.http import Http404
from rest_framework import exceptions

from api.problems import (
    CursorExpired,
    Fault,
    Gone,
    InvalidParameters,
    MissingScope,
    PreconditionFailed,
    PreconditionRequired,
    StateConflict,
    problem_of,
)


@pytest.mark.parametrize(
    ("error", "slug", "status"),
    [
        (exceptions.ParseError(), "bad-request", 400),
        (TooManyFieldsSent("secret"), "bad-request", 400),
        (SuspiciousOperation("secret"), "bad-request", 400),
        (InvalidParameters([Fault("x", "y", "z")]), "invalid-parameter", 400),
        (exceptions.NotAuthenticated(), "unauthenticated", 401),
        (exceptions.AuthenticationFailed(), "unauthenticated", 401),
        (exceptions.PermissionDenied(), "forbidden", 403),
        (PermissionDenied("secret"), "forbidden", 403),
        (MissingScope(["read:own"]), "missing-scope", 403),
        (Http404("secret"), "not-found", 404),
        (exceptions.NotFound(), "not-found", 404),
        (exceptions.MethodNotAllowed("PUT"), "method-not-allowed", 405),
        (exceptions.NotAcceptable(), "not-acceptable", 406),
        (StateConflict("Recall it first."), "conflict", 409),
        (Gone(), "gone", 410),
        (CursorExpired(), "cursor-expired", 410),
        (PreconditionFailed(), "precondition-failed", 412),
        (PreconditionRequired(), "precondition-required", 428),
        (exceptions.Throttled(wait=3), "too-many-requests", 429),
        (exceptions.UnsupportedMediaType("text/csv"), "unsupported-media-type", 415),
        (ValidationError("No."), "invalid", 422),
        (ValueError("secret"), "unexpected", 500),
        (KeyError("secret"), "unexpected", 500),
    ],
)
def test_every_exception_has_its_kind(error, slug, status):
    problem = problem_of(error)
    assert (problem.kind.slug, problem.kind.status) == (slug, status)
    assert "secret" not in problem.detail
    assert problem.detail


def test_a_validation_error_points_at_its_fields():
    error = ValidationError(
        {
            "narrative": [
                ValidationError("At most %(limit)d.", code="max", params={"limit": 9}),
                ValidationError("No control characters.", code="control"),
            ],
            "status": ["Choose a status."],
        }
    )
    assert [fault.as_json() for fault in problem_of(error).faults] == [
        {"pointer": "/narrative", "detail": "At most 9.", "code": "max"},
        {
            "pointer": "/narrative",
            "detail": "No control characters.",
            "code": "control",
        },
        {"pointer": "/status", "detail": "Choose a status.", "code": "invalid"},
    ]


def test_a_validation_error_of_the_whole_points_nowhere():
    for error in (
        ValidationError("Closed.", code="closed"),
        ValidationError({"__all__": [ValidationError("Closed.", code="closed")]}),
    ):
        problem = problem_of(error)
        assert problem.detail == "Closed."
        assert [fault.as_json() for fault in problem.faults] == [
            {"detail": "Closed.", "code": "closed"}
        ]
