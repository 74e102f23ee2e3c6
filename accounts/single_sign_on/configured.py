"""The provider of this installation, if it has one. Plain Python: settings read it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ConfiguredProvider:
    """An OpenID provider, and what we are for it.

    `second_factors` are the values of `amr` and `acr` by which the provider says that a
    person has shown a second factor, and that this installation trusts.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    second_factors: frozenset[str] = frozenset()
