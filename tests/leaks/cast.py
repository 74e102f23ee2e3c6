"""The readers, and what each of them may know: written by hand from rule 4."""

from dataclasses import dataclass, replace

from django.test import Client

from accounts.api_keys import make_key
from accounts.models import ApiKey, Role, Scope, User
from accounts.models.api_keys import LIMITED_SCOPES
from progress.models import ReadingMark
from tests.accounts.signed_in import client_of
from tests.api.conftest import client_with
from tests.factories import CHAIR, FORMER_CHAIR, make_body, make_user
from tests.leaks.canaries import id_of

SECOND = "GB"  # whose coordinator reviews the chair's own entries
# The body whose scores are planted with the secrets of a member, and who scores for it.
BODIES = {"JP": "university-observatory", CHAIR: "policy-institute"}
SCORERS = {"JP": "observatory_assessor", CHAIR: "institute_assessor"}


@dataclass(frozen=True)
class Reader:
    """A reader: a person with a role, or a key with scopes."""

    name: str
    roles: tuple[Role, ...] = ()
    member: str | None = None
    scopes: tuple[Scope, ...] = ()
    # What else an audience may name, beside `own`, `reviewer` and a member's code.
    standings: frozenset[str] = frozenset()
    # A key that is limited to a body's instruments.
    instrument_owner: str = ""
    # The assessing body of an assessor, or of a key that writes its scores.
    body: str = ""

    @property
    def is_key(self) -> bool:
        return bool(self.scopes)

    @property
    def is_anonymous(self) -> bool:
        return not self.roles

    def knows(self, audience: frozenset[str], member: str) -> bool:
        """May they know a secret that is for an audience, of a member?"""
        mine = set(self.standings)
        if self.reads_own and self.member is not None:
            mine.add(self.member)
        if self.reads_own and self.member == member:
            mine.add("own")
        if self.reviews(member):
            mine.add("reviewer")
        is_officer = not self.is_key and {Role.OFFICER, Role.HEAD} & set(self.roles)
        if is_officer and self.member == member:
            mine.add("officers")
            mine |= {"heads"} if Role.HEAD in self.roles else set()
        if not self.instrument_owner:
            mine.add("not limited")
        mine |= self._of_scores(member)
        return not audience.isdisjoint(mine)

    def _of_scores(self, member: str) -> set[str]:
        """What they are to the scores of a member's body, and to those near INTERPOL.

        All that a key limited to INTERPOL is, it is to those near it alone.
        """
        mine = {f"{label}-scores" for label in self.labels}
        if self.body == BODIES[member]:
            mine.add("body")
        if self.reads_own and self.member is not None:
            mine.add("delegations")
        near = {f"near-{one}" for one in mine}
        if self.instrument_owner:
            return near
        if not self.is_key:
            mine |= self._of_comments(mine, member)
        return mine | near

    def _of_comments(self, mine: set[str], member: str) -> set[str]:
        """What a person is to comments on scores. No key reads any."""
        said = {"assessors"} if "body" in mine else set()
        if self.name == SCORERS[member]:
            said.add("scorers")
        if self.member == member:
            said.add("commenters")
        if self.member is not None:
            said.add("delegates")
        if self.labels:
            said.add("people")
        return said

    @property
    def labels(self) -> set[str]:
        """The labels of released scores that they read, of all bodies."""
        if self.is_key:
            if Scope.READ_GREEN in self.scopes:
                return {"clear", "green"}
            return {"clear"} if Scope.READ_CLEAR in self.scopes else set()
        is_reader = self.roles and Role.ADMINISTRATOR not in self.roles
        return {"green", "clear"} if is_reader else set()

    @property
    def reads_own(self) -> bool:
        return not self.scopes or Scope.READ_OWN in self.scopes

    def reviews(self, member: str) -> bool:
        if member == CHAIR:
            return self.name == "second_reviewer"
        return "presidency" in self.standings

    def sign_in(self) -> Client:
        if self.is_anonymous:
            return Client()
        return self._key_of(self.user) if self.is_key else client_of(self.user)

    @property
    def user(self) -> User:
        """The reader's user, made on first use."""
        return User.objects.filter(pk=id_of(self.name)).first() or self._make()

    def _make(self) -> User:
        """Make the user. People count what is new to them, but for the observer."""
        user = make_user(
            *self.roles,
            member=self.member,
            body=make_body(self.body) if self.body else None,
            id=id_of(self.name),
            email=f"{self.name}@tests.example",
            name=self.name,
            is_service=self.is_key,
        )
        if not self.is_key and self.name != "observer":
            ReadingMark.objects.create(
                user=user, ledger_number=0, erasure_number=0, marked_at=user.created_at
            )
        return user

    def _key_of(self, user: User) -> Client:
        new = make_key()
        ApiKey.objects.create(
            name=self.name,
            user=user,
            prefix=new.prefix,
            digest=new.digest,
            scopes=list(self.scopes),
            instrument_owner=self.instrument_owner,
            created_at=user.created_at,
            expires_at=user.created_at.replace(year=user.created_at.year + 1),
        )
        return client_with(new.token)


def person(name: str, role: Role, member: str | None, *standings: str) -> Reader:
    return Reader(name, (role,), member, standings=frozenset({name, *standings}))


def assessor(name: str, body: str) -> Reader:
    return replace(person(name, Role.ASSESSOR, None), body=body)


def key(
    name: str,
    *scopes: Scope,
    member: str | None = None,
    instrument_owner: str = "",
    body: str = "",
) -> Reader:
    role = Role.OFFICER if member else Role.ASSESSOR if body else Role.OBSERVER
    return Reader(
        name,
        (role,),
        member,
        scopes,
        standings=frozenset({name}),
        instrument_owner=instrument_owner,
        body=body,
    )


READERS = [
    Reader("anonymous"),
    person("contributor_jp", Role.CONTRIBUTOR, "JP"),
    person("officer_jp", Role.OFFICER, "JP"),
    person("head_jp", Role.HEAD, "JP"),
    person("contributor_fr", Role.CONTRIBUTOR, "FR"),
    person("officer_fr", Role.OFFICER, "FR"),
    person("head_fr", Role.HEAD, "FR"),
    person("coordinator", Role.COORDINATOR, CHAIR, "presidency"),
    person("officer_of_the_chair", Role.OFFICER, CHAIR),
    person("head_of_the_chair", Role.HEAD, CHAIR),
    person("second_reviewer", Role.COORDINATOR, SECOND),
    person("officer_gb", Role.OFFICER, SECOND),
    person("former_coordinator", Role.COORDINATOR, FORMER_CHAIR),
    person("next_coordinator", Role.COORDINATOR, "US"),
    person("observer", Role.OBSERVER, None),
    person("assessor", Role.ASSESSOR, None),  # of no body
    assessor("observatory_assessor", BODIES["JP"]),
    assessor("observatory_colleague", BODIES["JP"]),
    assessor("institute_assessor", BODIES[CHAIR]),
    person("administrator", Role.ADMINISTRATOR, None),
    key("key_clear", Scope.READ_CLEAR),
    key("key_green", Scope.READ_CLEAR, Scope.READ_GREEN),
    key("key_own_fr", Scope.READ_OWN, member="FR"),
    key("key_own_jp", Scope.READ_OWN, member="JP"),
    key("key_write_jp", Scope.WRITE_ENTRIES, member="JP"),
    key("key_reports", Scope.READ_REPORTS, Scope.COMPILE_REPORTS),
    key("key_webhooks", Scope.MANAGE_WEBHOOKS),
    key("key_all_fr", *Scope, member="FR"),
    key(
        "key_observatory",
        *(Scope.READ_GREEN, Scope.WRITE_ASSESSMENTS, Scope.MANAGE_WEBHOOKS),
        body=BODIES["JP"],
    ),
    key("key_institute", Scope.WRITE_ASSESSMENTS, body=BODIES[CHAIR]),
    key("key_limited", *LIMITED_SCOPES, instrument_owner="interpol"),
    key("key_limited_jp", *LIMITED_SCOPES, member="JP", instrument_owner="interpol"),
]
BY_NAME = {reader.name: reader for reader in READERS}
