"""How much is accepted: one table for forms, API and constraints.

Lengths are Unicode code points, as both Python and PostgreSQL count them.
"""

NARRATIVE = 10_000
NEXT_STEPS = 4_000
OBSTACLES = 4_000
REASON = 2_000
EVIDENCE_ITEMS = 20
EVIDENCE_TITLE = 300
CITATION = 2_000
URL = 2_000
STOCKTAKE_TITLE = 120
SLUG = 50
HANDOVER_NOTE = 4_000
# What earns which score, as an assessing body publishes it.
GUIDELINE = 10_000
# Why a body gave a score, and from which sources.
RATIONALE = 10_000
SOURCES = 4_000
# A comment, a question or an answer.
COMMENT = 2_000
CAPITAL_REFERENCE = 120
PHONE = 40
FILE_NAME = 150
# What a partner's system calls an entry.
EXTERNAL_REF = 200
# Entries that one request of the API sends.
SENT_ENTRIES = 500
# Entries that one press of a button acts on: a whole plan of eight members fits.
BULK_ITEMS = 300
# The size of one file of evidence, in bytes.
EVIDENCE_FILE_BYTES = 20 * 1024 * 1024
# The size of all files that one delegation may add in a day, in bytes.
FILE_BYTES_A_DAY = 1024 * 1024 * 1024
# Rows of an uploaded sheet, and its size in bytes.
SHEET_ROWS = 10_000
SHEET_BYTES = 20 * 1024 * 1024
