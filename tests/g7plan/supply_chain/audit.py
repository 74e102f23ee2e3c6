"""Look for unsafe code, for secrets, and for licences that are not known here.

`make audit` calls this. It needs no network. Each finding is fixed, or its reason is
beside the line (`# noqa: S608 - our own names only`) or in a table here.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

from tests.source_files import ROOT

OUR_CODE = (
    "accounts", "api", "audit", "commitments", "docker", "docs", "g7plan", "partners",
    "progress", "reports",
)  # fmt: skip

# ---- Unsafe code ---------------------------------------------------------------------
# Ruff has bandit's rules under the same numbers, except this one.
RULE_OF = {"703": "308"}
# Findings that ruff has no number for, or does not look for in migrations.
ACCEPTED_CODE = {
    "B404": "An import of subprocess is no use of it: the uses are found as B603.",
    ("B405", "partners/feeds/atom.py"): "It writes XML, and reads none.",
    ("B406", "progress/sheets/workbook.py"): "It escapes text, and reads no XML.",
    ("B608", "progress/migrations/0014_checkpoints.py"): "Names of our own tables.",
    ("B608", "progress/migrations/0016_trail_guards.py"): "Names of our own tables.",
    ("B608", "reports/migrations/0007_signer_reads_scopes.py"): "Our own names.",
    ("B105", "g7plan/settings_of/sign_in.py"): "The name of a class, no password.",
    ("B108", "g7plan/trial/embedded/home.py"): "mkdtemp makes a folder of its own.",
    ("B703", "accounts/templatetags/instants.py"): "Two constants.",
}

# ---- Secrets -------------------------------------------------------------------------
# Values that look like a secret, and are none.
NO_SECRETS = {
    "g7plan-demo": "the password of the illustrative accounts, which is printed",
    "benchmark benchmark": "the password of the accounts that benchmarks make",
    "password": "a place for a password in a documented address",
    "secret": "a place for a password in an address that is refused, or names a choice",
    "6b1f0c2d9e8a4f7c": "an example in the schema of the API",
    "9b2f6c1e5d8a4f70": "an example in the schema of the API",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": (
        "the SHA-256 of nothing, an example in the schema of the API"
    ),
    "1a91746aeb089cae8c11ec1737736f311ca053104fbab769163e0770f4eb92af": (
        "the SHA-256 of the published text of the plan"
    ),
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ": "the alphabet of the codes of reports",
    "ABCDEFGHJKMNPQRSTVWXYZ23456789": "the alphabet of the codes of single sign-on",
    "abcdefghjkmnpqrstuvwxyz23456789": "the alphabet of recovery codes",
    "accounts.second_factors.new_app": "the name of a kind of signature",
    "accounts.passwords.links.PasswordLinks": "the name of a class",
    "REDIS_URL`, `EMAIL_URL": "the names of variables, after that of a key",
    "g7plan-pooler}": "the name of a secret of Kubernetes",
    "goshawk": "a password in an address that a test makes up",
    "word": "a password in an address that a test makes up",
    "g7p_3kq9x1_7Zt0mQyJ4bV2cN8sLwR6uE5hD1aF": "a key on the page of components",
}
# Made from other files, or full of hashes by their nature.
NOT_SEARCHED = re.compile(
    r"^(requirements[\w-]*\.txt|locale/|docs/openapi|docs/report\.schema|fixtures/.*\.txt)"
    r"|\.(png|svg|po|mo|woff2)$"
)
# Tests make up passwords and hashes. Only keys of known services are looked for there.
GUESSES = {"Secret Keyword", "Hex High Entropy String", "Base64 High Entropy String"}
MADE_UP = ("tests/", "benchmarks/")

# ---- Licences ------------------------------------------------------------------------
# What the licence of a package of requirements.txt may say, in any spelling.
KNOWN_LICENCES = re.compile(
    r"BSD|MIT|Apache|PSF|Python Software Foundation|MPL|Mozilla|OFL|SIL|LGPL-3"
)
REFUSED_LICENCES = re.compile(r"(?<!L)GPL|AGPL|SSPL|Proprietary")
# Packages whose metadata do not say it.
READ_BY_HAND = {
    "pyrage": "MIT, in its file LICENSE",
    "qrcode": "BSD with three clauses, and MIT; “QR Code” is named as a trade mark",
}


def unsafe_code() -> Iterator[str]:
    """Yield bandit's findings that have no reason beside them."""
    listed = subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "bandit"),
            *("--quiet", "--format", "json", "--exit-zero", "--recursive", *OUR_CODE),
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for finding in json.loads(listed.stdout)["results"]:
        if not is_accepted(finding):
            where = f"{finding['filename']}:{finding['line_number']}"
            yield f"{where}: {finding['test_id']} {finding['issue_text']}"


def is_accepted(finding: dict[str, Any]) -> bool:
    """Return whether a finding has its reason: in the table, or where the code is."""
    path, rule = finding["filename"].removeprefix("./"), finding["test_id"]
    if rule in ACCEPTED_CODE or (rule, path) in ACCEPTED_CODE:
        return True
    number = rule.removeprefix("B")
    lines = (ROOT / path).read_text("utf-8").splitlines()
    first, last = min(finding["line_range"]), max(finding["line_range"])
    noted = rf"# noqa: .*\bS{RULE_OF.get(number, number)}\b"
    return any(re.search(noted, line) for line in lines[first - 1 : last])


def secrets(names: Iterable[str]) -> Iterator[str]:
    """Yield what looks like a secret in these files below the root."""
    with default_settings():
        for name in names:
            if NOT_SEARCHED.search(name):
                continue
            for found in scan_file(str(ROOT / name)):
                is_guess = found.type in GUESSES and name.startswith(MADE_UP)
                if not is_guess and found.secret_value not in NO_SECRETS:
                    yield f"{name}:{found.line_number}: {found.type}"


def licences() -> Iterator[str]:
    """Yield the packages of requirements.txt whose licence is not known here."""
    locked = (ROOT / "requirements.txt").read_text("utf-8")
    names = re.findall(r"^([\w.-]+)==", locked, re.MULTILINE)
    program = Path(sys.executable).with_name("pip-licenses")
    listed = subprocess.run(
        [program, "--format=json", "--packages", *names],
        capture_output=True,
        check=True,
        text=True,
    )
    for package in json.loads(listed.stdout):
        name, licence = package["Name"], package["License"]
        is_known = KNOWN_LICENCES.search(licence) and not REFUSED_LICENCES.search(
            licence
        )
        if not is_known and name not in READ_BY_HAND:
            yield f"{name}: {licence}"


def committed() -> list[str]:
    """Return every committed file, migrations too."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]


def main() -> int:
    findings = [*unsafe_code(), *secrets(committed()), *licences()]
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(f"{len(findings)} findings\n")
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
