"""Publish a text for commitments of a plan, as a script of `manage.py shell`.

It takes the plan's slug, a member and the number of commitments. Each text has a link
and takes the whole way: an officer writes it, a head clears it, and the Presidency
publishes it.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.source_files import ROOT

SCRIPT = """
from datetime import date
from django.utils import timezone
from accounts.models import User
from commitments.models import MemberCommitment
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.drafting import draft_entry
from progress.actions.review import publish_entry
from progress.entries.text import EntryText, EvidenceItem

slug, member, count = {arguments!r}
officer = User.objects.get(email=f"officer.{{member.lower()}}@demo.example")
head = User.objects.get(email=f"head.{{member.lower()}}@demo.example")
chair = User.objects.get(email="coordinator@demo.example")
owed = MemberCommitment.objects.filter(commitment__plan__slug=slug, member=member)
for mine in owed.order_by("commitment__position")[:count]:
    text = EntryText(
        as_of=date(2026, 3, 1), status="limited",
        narrative=f"Published text of {{mine.commitment.code}}.",
        evidence=(EvidenceItem(title="Annual report", url="https://example.org/"),),
    )
    at = timezone.now()
    entry = draft_entry(member_commitment=mine, text=text, by=officer, at=at)
    way = ((submit_entry, officer), (clear_entry, head), (publish_entry, chair))
    for act, by in way:
        entry = act(entry_id=entry.pk, version=entry.version, by=by, at=at)
"""


def publish_texts(var_dir: Path, slug: str, member: str, count: int) -> None:
    script = SCRIPT.format(arguments=(slug, member, count))
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(var_dir)},
        check=True,
        capture_output=True,
    )
