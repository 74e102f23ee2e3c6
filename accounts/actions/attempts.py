"""Attempts to sign in, counted for a while.

An attempt is counted before the password is checked. Otherwise many attempts at once
would all pass. It is taken back if the password is right. An attempt that never ends,
because its process was killed or the database was away, counts for a moment only.
"""

from dataclasses import dataclass

from accounts.limits.counting import Bucket, Use, forget

# An attempt without an end counts for so many seconds. Checking a password takes one.
UNFINISHED_SECONDS = 15


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in, in each bucket that limits it."""

    counted: Use

    def begin(self) -> int:
        """Count it and return 0, or return the seconds to wait. Then it never began."""
        return self.counted.begin(seconds=UNFINISHED_SECONDS).wait

    def fail(self) -> None:
        self.counted.count()

    def take_back(self) -> None:
        self.counted.take_back()


def attempt_of(*, email: str, device: str, is_known: bool, address: str) -> Attempt:
    """Return the attempt to sign in with this e-mail address, not yet begun.

    A browser that the person has used is counted by itself: neither an attacker
    elsewhere nor a neighbour at the same network address uses up its attempts. All
    other browsers share one count for the account, and one for their network address.
    """
    if is_known:
        return Attempt(Use.of([_of_browser(email, device)]))
    shared = [_of_account(email), Bucket("sign-in-address", address)]
    return Attempt(Use.of(shared))


def attempt_by_code(
    *, email: str, device: str, is_known: bool, address: str
) -> Attempt:
    """Return the attempt to show a code, which counts for the account as well.

    Known browsers have no attempts of their own here: a mailed link makes one known.
    """
    usual = attempt_of(email=email, device=device, is_known=is_known, address=address)
    codes = Bucket("second-factor-codes", email.lower())
    return Attempt(Use.of([*usual.counted.buckets, codes]))


def attempt_from(*, address: str) -> Attempt:
    """Return the attempt by a passkey or at the provider, which no one can guess.

    Only its network address is counted, with its other attempts to sign in.
    """
    return Attempt(Use.of([Bucket("sign-in-address", address)]))


def forget_attempts(*, email: str, device: str) -> None:
    """Let this account be tried again at once, from this browser and from new ones."""
    forget(_of_browser(email, device), _of_account(email))


def _of_account(email: str) -> Bucket:
    return Bucket("sign-in", email.lower())


def _of_browser(email: str, device: str) -> Bucket:
    return Bucket("sign-in", f"{email.lower()} {device}")
