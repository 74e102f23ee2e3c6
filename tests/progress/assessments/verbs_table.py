"""The workflow of score tables as a table written by hand, which the code never reads.

A cell holds the table's new state, or why it has none. 404: the table or its comment is
hidden. 403: the person may read it but not act on it. 409: its state does not allow the
act. The cell that is acted on is Japan's.
"""

import csv
from pathlib import Path

LINES = Path(__file__).with_name("verbs.csv").read_text("utf-8").splitlines()
TABLE: list[dict[str, str]] = list(csv.DictReader(LINES))
PEOPLE = list(TABLE[0])[2:]
SITUATIONS = list(dict.fromkeys(row["situation"] for row in TABLE))
REFUSALS = {"404", "403", "409"}
