"""What a scanner said of the files of entries that only some may read."""

from progress.models import EvidenceScan
from tests.leaks.canaries import canary, id_of
from tests.leaks.entries import Plant
from tests.leaks.world import World


def scan(entry: str) -> Plant:
    """A virus was found in the file of an entry, which is named by its secret."""

    def plant(world: World, secret: str, member: str) -> None:
        EvidenceScan.objects.create(
            evidence_id=id_of(f"file of {entry} of {member}"),
            due_at=world.ago(-1),
            scanned_at=world.ago(2),  # jobs of the last day only are listed
            verdict=EvidenceScan.Verdict.BAD,
            malware=canary(secret, "malware"),
            engine=canary(secret, "engine"),
        )

    return plant
