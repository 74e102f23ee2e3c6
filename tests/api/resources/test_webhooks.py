"""Tests of the resource `webhooks`: make, change, delete, rotate, ping and replay."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import IdempotencyKey, Role, Scope
from audit.models import Event
from partners.actions.webhook_deliveries import KEPT
from partners.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from partners.tasks import delete_old_webhook_deliveries
from tests.api.conftest import API, client_with, results, store_key
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.org/g7"
WEBHOOKS = f"{API}webhooks/"
SHOWN = [
    "id", "url", "plan", "instrument", "instrument_owner", "members", "state",
    "disabled_reason", "disabled_at", "problem", "former_secret_until", "created_at",
]  # fmt: skip


@pytest.fixture
def key(members):
    return client_with(store_key(Scope.READ_GREEN, Scope.MANAGE_WEBHOOKS)[1])


def post(client, path, body=None, **headers):
    return client.post(path, body or {}, "application/json", headers=headers)


def patch(client, path, body, **headers):
    return client.patch(path, body, "application/json", headers=headers)


@pytest.fixture
def webhook(key):
    return post(key, WEBHOOKS, {"url": URL}).json()


@pytest.fixture
def path(webhook):
    return f"{WEBHOOKS}{webhook['id']}/"


# ---- Make
def test_a_webhook_is_made_with_a_secret_that_is_shown_once(key, plan):
    sent = {"url": URL, "plan": plan.slug, "members": ["JP", "FR"]}
    answer = post(key, WEBHOOKS, sent)
    assert answer.status_code == 201
    made = answer.json()
    assert list(made) == [*SHOWN, "secret"]
    assert made["secret"].startswith("whsec_")
    assert (made["plan"], made["members"]) == (plan.slug, ["JP", "FR"])
    assert (made["state"], made["instrument"]) == ("enabled", None)
    assert answer.headers["Location"].endswith(f"{WEBHOOKS}{made['id']}/")
    read = key.get(f"{WEBHOOKS}{made['id']}/")
    assert read.json() == {name: made[name] for name in SHOWN}
    assert read.headers["ETag"] == answer.headers["ETag"]
    assert results(key, "webhooks/") == [read.json()]
    event = Event.objects.get(verb="webhook.create")
    assert event.target == "hooks.example.org"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.org/", "not_https"),
        ("ftp://hooks.example.org/", "not_https"),
        ("hooks.example.org", "not_https"),
        ("https://", "invalid_url"),
        ("https://[bad/", "invalid_url"),
        ("https://hooks.example.org:port/", "invalid_url"),
        ("https://me:secret@hooks.example.org/", "userinfo"),
        ("https://hooks.example.org/#part", "fragment"),
        ("https://hooks.example.org:8443/", "port"),
        ("https://hooks.example.org:80/", "port"),
        ("https://日本.example/", "idn"),
        ("https://hooks.example.org/日本", "not_ascii"),
        ("https://localhost/", "not_public"),
        ("https://printer.local/", "not_public"),
        ("https://metadata.google.internal/", "not_public"),
        ("https://database/", "not_public"),
        ("https://127.0.0.1/", "not_public"),
        ("https://2130706433/", "not_public"),
        ("https://0x7f.1/", "not_public"),
        ("https://10.0.0.7/", "not_public"),
        ("https://100.64.0.1/", "not_public"),
        ("https://169.254.169.254/latest", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://[::ffff:10.0.0.1]/", "not_public"),
        ("https://[64:ff9b::a00:1]/", "not_public"),
        ("https://[2002:a00:1::]/", "not_public"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_clearly(key, url, code, problem_of):
    [error] = problem_of(post(key, WEBHOOKS, {"url": url}), 422)["errors"]
    assert (error["pointer"], error["code"]) == ("/url", code)


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example.org:443/a?b=c", "https://[2606:4700::1]/",
     "https://xn--wgv71a.example/", "HTTPS://Hooks.Example.Org/"],
)  # fmt: skip
def test_any_other_public_address_is_taken(key, url):
    assert post(key, WEBHOOKS, {"url": url}).status_code == 201


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("plan", "nothing", "unknown_value"),
        ("instrument", "nothing", "unknown_value"),
        ("instrument_owner", "nothing", "unknown_value"),
        ("members", ["JP", "XX"], "unknown_value"),
        ("secret", "whsec_mine", "unknown"),
        ("url", None, "null"),
    ],
)
def test_any_other_fault_of_the_body_is_named(key, field, value, code, problem_of):
    answer = post(key, WEBHOOKS, {"url": URL, field: value})
    [error] = problem_of(answer, 422)["errors"]
    assert (error["pointer"], error["code"]) == (f"/{field}", code)


def test_a_key_has_at_most_ten(key, problem_of):
    for _number in range(10):
        assert post(key, WEBHOOKS, {"url": URL}).status_code == 201
    problem_of(post(key, WEBHOOKS, {"url": URL}), 409)


def test_a_repeated_post_makes_one_and_shows_its_secret_again(key):
    header = {"Idempotency-Key": str(uuid4())}
    first = post(key, WEBHOOKS, {"url": URL}, **header)
    second = post(key, WEBHOOKS, {"url": URL}, **header)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert WebhookEndpoint.objects.count() == 1
    assert first.json()["secret"].encode() not in bytes(
        IdempotencyKey.objects.get().body
    )


# ---- Who
def test_a_key_sees_its_own_webhooks_only(key, path, members, problem_of):
    other = client_with(store_key(Scope.READ_GREEN, Scope.MANAGE_WEBHOOKS)[1])
    assert results(other, "webhooks/") == []
    for ask in (
        other.get(path),
        patch(other, path, {"url": URL}, **{"If-Match": '"a"'}),
        other.delete(path, headers={"If-Match": '"a"'}),
        post(other, f"{path}rotate-secret/", **{"If-Match": '"a"'}),
        post(other, f"{path}ping/"),
        other.get(f"{path}deliveries/"),
        post(other, f"{path}deliveries/{uuid4()}/replay/"),
    ):
        problem_of(ask, 404)


def test_a_person_has_no_webhooks(client, members, problem_of):
    client.force_login(make_user(Role.HEAD, member="JP"))
    assert results(client, "webhooks/") == []
    problem_of(post(client, WEBHOOKS, {"url": URL}), 403)


def test_a_key_without_the_scope_is_refused(client_for_key, problem_of):
    problem_of(client_for_key(Scope.READ_GREEN).get(WEBHOOKS), 403)


# ---- Change
def test_a_change_needs_the_version_that_was_read(key, path, problem_of):
    problem_of(patch(key, path, {"url": f"{URL}/2"}), 428)
    problem_of(patch(key, path, {"url": f"{URL}/2"}, **{"If-Match": "*"}), 428)
    stale = problem_of(
        patch(key, path, {"url": f"{URL}/2"}, **{"If-Match": '"a"'}), 412
    )
    assert stale["type"].endswith("precondition-failed")
    tag = key.get(path).headers["ETag"]
    weak = patch(key, path, {"url": f"{URL}/2"}, **{"If-Match": f"W/{tag}"})
    assert weak.status_code == 200
    assert weak.json()["url"] == f"{URL}/2"
    problem_of(patch(key, path, {"url": URL}, **{"If-Match": tag}), 412)
    again = {"If-Match": weak.headers["ETag"]}
    assert patch(key, path, {"url": URL}, **again).status_code == 200


def test_it_is_disabled_and_enabled(key, path):
    tag = key.get(path).headers["ETag"]
    off = patch(key, path, {"state": "disabled"}, **{"If-Match": tag})
    assert off.json()["disabled_reason"] == "request"
    on = patch(key, path, {"state": "enabled"}, **{"If-Match": off.headers["ETag"]})
    assert (on.json()["state"], on.json()["disabled_reason"]) == ("enabled", None)


def test_a_deleted_one_is_gone_with_its_secret(key, path, problem_of):
    problem_of(key.delete(path), 428)
    tag = key.get(path).headers["ETag"]
    assert key.delete(path, headers={"If-Match": tag}).status_code == 204
    problem_of(key.get(path), 404)
    row = WebhookEndpoint.objects.get()
    assert bytes(row.secret) == b""
    assert row.deleted_at is not None


def test_a_rotation_shows_a_new_secret(key, webhook, path, problem_of):
    problem_of(post(key, f"{path}rotate-secret/"), 428)
    tag = key.get(path).headers["ETag"]
    answer = post(key, f"{path}rotate-secret/", **{"If-Match": tag})
    assert answer.status_code == 200
    new = answer.json()
    assert new["secret"].startswith("whsec_")
    assert new["secret"] != webhook["secret"]
    assert new["former_secret_until"] is not None


# ---- Deliveries
def test_a_ping_is_a_delivery(key, path):
    answer = post(key, f"{path}ping/")
    assert answer.status_code == 202
    (row,) = key.get(f"{path}deliveries/").json()["results"]
    assert row == answer.json()
    assert (row["type"], row["entry"]) == ("webhook.ping", None)
    assert row["state"] == "waiting"
    assert row["attempts"] == []
    assert row["next_attempt_at"] is not None


def make_delivery(number=7, **fields):
    endpoint = WebhookEndpoint.objects.get()
    at = timezone.now()
    values = {
        "type": "changes.reset", "payload": "{}", "state": "delivered",
        "created_at": at, "finished_at": at, "due_at": at, **fields,
    }  # fmt: skip
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, number=number, **values
    )
    WebhookAttempt.objects.create(
        id=uuid4(), delivery=delivery, started_at=at, ended_at=at, status=204
    )
    return delivery


def test_a_finished_delivery_is_replayed(key, path, problem_of):
    delivery = make_delivery()
    replay = f"{path}deliveries/{delivery.pk}/replay/"
    answer = post(key, replay)
    assert answer.status_code == 202
    assert answer.json()["id"] == str(delivery.pk)
    assert answer.json()["state"] == "waiting"
    problem_of(post(key, replay), 409)
    problem_of(post(key, f"{path}deliveries/{uuid4()}/replay/"), 404)


def test_deliveries_of_other_rights_are_left_out(key, path):
    make_delivery(rights="of another time", type="entry.published", entry_id=uuid4())
    assert key.get(f"{path}deliveries/").json()["results"] == []


def test_deliveries_are_filtered_and_newest_first(key, path):
    rows = [make_delivery(number) for number in (7, 8)]
    make_delivery(9, state="failed")
    found = key.get(f"{path}deliveries/?state=delivered").json()["results"]
    assert [row["id"] for row in found] == [str(row.pk) for row in reversed(rows)]
    assert key.get(f"{path}deliveries/?type=webhook.ping").json()["results"] == []


def test_a_list_needs_the_same_queries_for_many_rows(
    key, path, django_assert_num_queries
):
    make_delivery(1)
    key.get(f"{path}deliveries/")
    for number in range(2, 30):
        make_delivery(number)
    with django_assert_num_queries(4):
        key.get(f"{path}deliveries/")
    with django_assert_num_queries(2):
        key.get(WEBHOOKS)


def test_hidden_and_missing_webhooks_cost_the_same_queries(
    key, path, members, django_assert_max_num_queries
):
    other = client_with(store_key(Scope.MANAGE_WEBHOOKS)[1])
    counts = []
    for address in (path, f"{WEBHOOKS}{uuid4()}/"):
        with django_assert_max_num_queries(5) as captured:
            assert other.get(address).status_code == 404
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_what_is_kept_of_a_delivery_is_bounded_in_time(key, path):
    old = timezone.now() - KEPT - timedelta(hours=1)
    make_delivery(1, created_at=old, finished_at=old)
    make_delivery(2)
    delete_old_webhook_deliveries()
    assert [row.number for row in WebhookDelivery.objects.all()] == [2]
