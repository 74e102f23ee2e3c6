"""Tests of the language of mails: that of the person, complete, and well encoded."""

import re
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils.translation import override

from accounts.actions.people import invite_person
from accounts.mail import composed, send_new_device
from accounts.models import Member, NewDeviceMail, Role, User
from accounts.profiles import Profile
from accounts.tasks import send_new_device_mail
from partners.mail import digest_mail, send_digest_mail
from tests.factories import make_user

LANGUAGES = [tag for tag, _name in settings.LANGUAGES]
TRANSLATED = [tag for tag in LANGUAGES if tag != settings.LANGUAGE_CODE]
LINK = "https://g7plan.example/accounts/password/reset/key/a-b/"
CONTEXT = {"link": LINK, "signed_in_at": datetime(2027, 5, 1, 12, tzinfo=UTC)}
TEMPLATES = (
    "invitation", "invited_again", "new_address", "new_device", "password_reset_key",
    "recovery_codes_made", "second_factor_added", "second_factor_removed",
    "sign_in_code", "single_sign_on_linked", "unknown_account",
)  # fmt: skip
RESET = "/accounts/password/reset/"


def mails_in(language):
    """Return every mail there is, in a language, by a name."""
    made = {
        name: composed(
            f"account/email/{name}", "a@tests.example", CONTEXT, language=language
        )
        for name in TEMPLATES
    }
    for count in (1, 2):
        made[f"digest of {count}"] = digest_mail("a@tests.example", count, language)
    return made


def parts_of(message):
    """Return the subject, the text and the HTML as a mail program reads them."""
    read = BytesParser(policy=policy.default).parsebytes(message.message().as_bytes())
    text, html = (
        part.get_content().replace("\r\n", "\n") for part in read.iter_parts()
    )
    return str(read["subject"]).strip(), text, html


def words_of(text):
    # A German text says “Single Sign-on” too.
    text = re.sub(r"https?:\S+|<[^>]+>|single sign-on", " ", text.lower())
    return re.findall(r"[a-z]+", text)


def phrases_of(text):
    words = words_of(text)
    return {*zip(words, words[1:], words[2:], strict=False)}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_mail_is_in_the_language_and_nothing_in_it_is_english(language):
    in_english, found = mails_in(settings.LANGUAGE_CODE), mails_in(language)
    for name, message in found.items():
        for english, part in zip(
            parts_of(in_english[name]), parts_of(message), strict=True
        ):
            assert part.strip() != english.strip(), (name, part)
            assert not phrases_of(english) & phrases_of(part), (name, part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_of_a_mail_is_filled(language):
    for name, message in mails_in(language).items():
        subject, text, html = parts_of(message)
        assert subject == str(message.subject)
        assert text.strip() == str(message.body).strip()
        for part in (subject, text, html):
            assert not re.search(r"[{}]|%[(\w]", part), (name, part)
        assert f'<html lang="{language}">' in html
        if name in {"invitation", "password_reset_key"}:
            assert LINK in text
            assert f'href="{LINK}"' in html
        if name == "digest of 2":
            assert "2" in subject
        if name == "new_device":
            assert "2027" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_can_be_sent_by_any_server(language):
    """RFC 5322: a line has at most 998 octets, and a header has only ASCII."""
    for message in mails_in(language).values():
        written = message.message().as_bytes()
        assert max(map(len, written.splitlines())) <= 998
        head, _blank, _body = written.partition(b"\n\n")
        head.decode("ascii")
        read = BytesParser(policy=policy.default).parsebytes(written)
        assert read["content-language"] == language
        assert read.get_content_type() == "multipart/alternative"
        parts = list(read.iter_parts())
        kinds = [part.get_content_type() for part in parts]
        assert kinds == ["text/plain", "text/html"]
        assert {part.get_content_charset() for part in parts} == {"utf-8"}


# ---- Whose language ------------------------------------------------------------------


def languages_sent():
    return [message.extra_headers["Content-Language"] for message in mail.outbox]


def ask_for_a_password(address, accept):
    client = Client(headers={"accept-language": accept})
    assert client.post(RESET, {"email": address}).status_code == 302


def test_a_password_mail_is_in_the_language_of_the_account(members):
    person = make_user(Role.OFFICER, member="FR", language="fr")
    other = make_user(Role.OFFICER, member="US")
    for one in (person, other):
        ask_for_a_password(one.email, accept="ja")
    assert languages_sent() == ["fr", "en-gb"]


def test_without_an_account_a_mail_is_in_the_language_of_the_page(members):
    away = make_user(Role.OFFICER, member="FR", language="fr", is_active=False)
    ask_for_a_password("nobody@tests.example", accept="ja")
    ask_for_a_password(away.email, accept="it")
    assert languages_sent() == ["ja", "it"]


def test_a_worker_writes_in_the_language_of_each_person(members):
    at = datetime.now(UTC)
    people = [make_user(Role.OBSERVER, language=tag) for tag in ("ja", "", "de")]
    with override("it"):
        for person in people:
            send_digest_mail(person, 2)
            job = NewDeviceMail.objects.create(user=person, signed_in_at=at, due_at=at)
            send_new_device_mail(str(job.pk))
    assert languages_sent() == ["ja", "ja", "en-gb", "en-gb", "de", "de"]
    assert mail.outbox[2].subject == "2 items need you on g7plan"


def test_a_deactivated_person_gets_no_mail(members):
    person = make_user(Role.OBSERVER, language="ja", is_active=False)
    job = NewDeviceMail(user=person, signed_in_at=datetime.now(UTC))
    assert send_new_device(job).name == "INACTIVE"
    assert not mail.outbox


@pytest.fixture
def members_with_languages(members):
    for code, tag in {"JP": "ja", "FR": "fr", "US": "en"}.items():
        Member.objects.filter(pk=code).update(language=tag)


@pytest.mark.parametrize(
    ("member", "chosen", "language"),
    [
        ("JP", "", "ja"),
        ("FR", "", "fr"),
        ("FR", "de", "de"),
        ("FR", "en-gb", "en-gb"),
        # Mails are in English anyway, and the browser decides about pages.
        ("US", "", ""),
        (None, "", ""),
        (None, "it", "it"),
    ],
)
def test_an_invited_person_gets_the_usual_language_of_the_member(
    administrator, members_with_languages, now, member, chosen, language
):
    profile = Profile("A", member, frozenset({Role.OBSERVER}), language=chosen)
    person = invite_person(
        email="a@tests.example", profile=profile, by=administrator, at=now
    )
    assert person.language == language


def test_an_invitation_is_in_the_language_that_was_chosen(
    signed_in, administrator, members_with_languages
):
    browser = signed_in(administrator)
    form = {"name": "A", "member": "JP", "roles": ["observer"]}
    choices = {"": "ja", "it": "it", "en-gb": "en-gb"}
    for number, chosen in enumerate(choices):
        address = f"a{number}@tests.example"
        answer = browser.post(
            "/people/new/", {**form, "email": address, "language": chosen}
        )
        assert answer.status_code == 302
    assert languages_sent() == list(choices.values())
    found = User.objects.filter(email__startswith="a").order_by("email")
    assert list(found.values_list("language", flat=True)) == list(choices.values())


def test_a_language_without_pages_is_refused(signed_in, administrator):
    form = {"name": "A", "email": "a@tests.example", "roles": ["observer"]}
    browser = signed_in(administrator)
    answer = browser.post("/people/new/", {**form, "language": "el"})
    assert answer.status_code == 422
    assert not mail.outbox
