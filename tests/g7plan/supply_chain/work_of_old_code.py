"""What people do on an ordinary day, done by the code that is found first.

`test_previous_code.py` runs this file with the tree of an older commit before it in
`sys.path`, on a database with the present schema. So it uses what older tests have.
"""

import sys
from pathlib import Path

import django
from django.conf import settings

settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
django.setup()

from datetime import UTC, datetime  # noqa: E402

from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from accounts.models import Role  # noqa: E402
from progress.models import Entry, State  # noqa: E402
from tests import factories  # noqa: E402
from tests.accounts.signed_in import client_of  # noqa: E402

PASSWORD = "a long old password"


def main() -> None:
    require(Path.cwd() == settings.BASE_DIR, f"This is the code of {settings.BASE_DIR}")
    setup_test_environment()
    factories.make_members()
    plan = factories.make_plan()
    factories.make_presidencies(datetime.now(UTC))
    officer = factories.make_user(Role.OFFICER, member="JP", name="Officer JP")
    head = factories.make_user(Role.HEAD, member="JP", name="Head JP")
    coordinator = factories.make_user(Role.COORDINATOR, member=factories.CHAIR)
    second = factories.make_user(Role.COORDINATOR, member="GB")
    stocktake = factories.make_stocktake(plan, by=coordinator, second_reviewer=second)
    mine = factories.member_commitment_of(plan, "1.2.1", "JP")
    entry = factories.make_entry(mine, by=officer, stocktake=stocktake)
    steps = (
        (officer, "submit", State.IN_CLEARANCE),
        (head, "clear", State.SUBMITTED),
        (coordinator, "publish", State.PUBLISHED),
    )
    for person, verb, after in steps:
        entry = Entry.objects.get(pk=entry.pk)
        sent = {"version": entry.version, "reason": "Because."}
        answer = client_of(person).post(f"/entries/{entry.pk}/{verb}/", sent)
        require(answer.status_code == 302, f"{verb}: {answer.status_code}")
        now_in = Entry.objects.get(pk=entry.pk).state
        require(now_in == after, f"{verb}: the entry is {now_in}")
    pages = ("/", f"/plans/{plan.slug}/", "/tasks/", "/reports/", "/api/v1/entries/")
    for person in (officer, coordinator):
        browser = client_of(person)
        for page in (*pages, f"/entries/{entry.pk}/"):
            answer = browser.get(page, follow=True)
            require(answer.status_code == 200, f"{page}: {answer.status_code}")
    sign_in(officer)
    sys.stdout.write("done\n")


def sign_in(person) -> None:
    """Sign in with a password: the rows of sessions and browsers are written too."""
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    sent = {"login": person.email, "password": PASSWORD}
    answer = Client().post("/accounts/login/", sent)
    require(answer.status_code == 302, f"sign-in: {answer.status_code}")


def require(condition: bool, problem: str) -> None:
    if not condition:
        sys.exit(problem)


if __name__ == "__main__":
    main()
