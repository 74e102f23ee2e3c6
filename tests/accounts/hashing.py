"""A password hasher that counts how often it hashed a password."""

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        encoded: str = super().encode(password, salt)
        return encoded
