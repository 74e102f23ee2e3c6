"""Members, plans and what plans contain."""

from accounts.languages import TAG_LENGTH
from api.descriptions.common import CODE_PATTERN
from api.descriptions.words import (
    PLAN,
    SHA256,
    SHA256_PATTERN,
    SLUG_PATTERN,
    FieldWords,
    Table,
)
from progress import limits

# No text of a plan is longer, in characters.
PLAN_TEXT = 1_000_000

FIELDS: Table = {
    "Member.code": FieldWords(
        "ISO 3166-1 alpha-2 code, or EU for the European Union.", "JP", 2, "^[A-Z]{2}$"
    ),
    "Member.name": FieldWords("Its English name.", "Japan", 80),
    "Member.kind": FieldWords("What the member is.", "state"),
    "Member.language": FieldWords("", "ja", TAG_LENGTH),
    "Plan.slug": FieldWords("Identifies the plan.", PLAN, limits.SLUG, SLUG_PATTERN),
    "Plan.title": FieldWords(
        "The title as adopted.",
        "G7 Action Plan on Countering Terrorism and Violent Extremism",
        200,
    ),
    "Plan.summit": FieldWords(
        "The summit that adopted it, by its slug.",
        "ise-shima-2016",
        limits.SLUG,
        SLUG_PATTERN,
    ),
    "Plan.adopted_on": FieldWords("The day on which it was adopted.", "2016-05-27"),
    "Plan.preamble": FieldWords(
        "The adopted text before the first action.",
        "We, the Leaders of the G7, are determined to act.",
        PLAN_TEXT,
    ),
    "Plan.source_text": FieldWords(
        "The whole adopted text, unchanged.",
        "G7 Action Plan …",
        PLAN_TEXT,
    ),
    "Plan.source_sha256": FieldWords(
        "SHA-256 of `source_text` in UTF-8, in hexadecimal digits.",
        SHA256,
        64,
        SHA256_PATTERN,
    ),
    "Action.code": FieldWords("The number as text, as printed.", "1", 7, "^[0-9]+$"),
    "Action.title": FieldWords(
        "The title as adopted.", "Specific countermeasures", 200
    ),
    "SubArea.code": FieldWords(
        "The code as printed: the numbers of the action and of the sub-area.",
        "1.2",
        7,
        CODE_PATTERN,
    ),
    "SubArea.number": FieldWords("Its number within the action, from 1.", 2),
    "SubArea.title": FieldWords(
        "The title as adopted.", "Watch lists and databases", 200
    ),
    "Commitment.code": FieldWords("The code as printed.", "1.2.3", 11, CODE_PATTERN),
    "Commitment.position": FieldWords("Its place in the order of the plan, from 1.", 7),
    "Commitment.text": FieldWords(
        "The adopted text, unchanged.",
        "Increase the use of the databases of INTERPOL.",
        PLAN_TEXT,
    ),
    "Commitment.short_title": FieldWords("", "Use of INTERPOL databases", 200),
    "Commitment.is_joint": FieldWords(
        "Whether the members carry it out together.", False
    ),
    "Commitment.instruments": FieldWords(
        "The instruments that the text names, by their slugs.",
        ["interpol-sltd"],
        limits.SLUG,
        SLUG_PATTERN,
    ),
    "Commitment.clauses": FieldWords(
        "The lettered parts of the text, in their order. Empty if there are none.", []
    ),
    "Clause.letter": FieldWords("The letter as printed.", "a", 1, "^[a-z]$"),
    "Clause.text": FieldWords("The adopted text of the part.", "first", PLAN_TEXT),
    "Instrument.slug": FieldWords(
        "Identifies the instrument.", "interpol-sltd", limits.SLUG, SLUG_PATTERN
    ),
    "Instrument.name": FieldWords(
        "Its name.", "Stolen and Lost Travel Documents database", 160
    ),
    "Instrument.kind": FieldWords("What the instrument is.", "database"),
    "Instrument.owner": FieldWords("", "INTERPOL", 160),
    "Instrument.owner_slug": FieldWords(
        "Slug of the instrument that owns it. Null if there is none.",
        "interpol",
        limits.SLUG,
        SLUG_PATTERN,
    ),
    "Summit.slug": FieldWords("", "ise-shima-2016", limits.SLUG, SLUG_PATTERN),
    "Summit.name": FieldWords("", "Ise-Shima", 80),
    "Summit.year": FieldWords("", 2016),
    "Summit.host": FieldWords("", "JP", 2, "^[A-Z]{2}$"),
    "Summit.place": FieldWords("", "Ise-Shima, Mie Prefecture", 80),
    "Summit.starts_on": FieldWords("", "2016-05-26"),
    "Summit.ends_on": FieldWords("", "2016-05-27"),
    "Stocktake.slug": FieldWords("", "mid-2017", limits.SLUG, SLUG_PATTERN),
    "Stocktake.title": FieldWords("", "Mid-term stocktake", limits.STOCKTAKE_TITLE),
    "Stocktake.state": FieldWords("", "open"),
    "Stocktake.opens_at": FieldWords("", "2017-02-01T00:00:00Z"),
    "Stocktake.due_at": FieldWords("", "2017-03-15T22:59:59Z"),
    "Stocktake.grace_ends_at": FieldWords("", "2017-03-22T22:59:59Z"),
    "Stocktake.extended_until": FieldWords("", "2017-03-29T22:59:59Z"),
    "Stocktake.opened_at": FieldWords("", "2017-02-01T08:00:00Z"),
    "Stocktake.closed_at": FieldWords("", "2017-04-30T12:00:00Z"),
}
