"""Sign in at a ministry's own provider, by OpenID Connect.

The provider says who someone is, by its issuer and a subject. It never says what they
may do: member and roles are those of our own account. No account is made or found by a
mail address.
"""
