"""Assessing bodies, their guidelines, score tables and scores, and figures."""

from accounts.models.assessing_bodies import SHORT_NAME_LENGTH
from api.descriptions.common import CODE_PATTERN
from api.descriptions.words import ENTRY_ID, SLUG_PATTERN, FieldWords, Table
from progress import limits

BODY = "university-observatory"
_BODY = FieldWords("", BODY, limits.SLUG, SLUG_PATTERN)
_STOCKTAKE = FieldWords("", "mid-2017", limits.SLUG, SLUG_PATTERN)
_INSTANT = FieldWords("", "2017-06-20T09:00:00Z")
_RATIONALE = "A law was adopted, and the report came in spring."
_AVERAGES: Table = {
    "average": FieldWords("", "0.13", 5),
    "numerator": FieldWords("", 1),
    "denominator": FieldWords("", 8),
    "percentage": FieldWords("", 56),
}
_FIGURES: Table = {
    **_AVERAGES,
    "rank": FieldWords("", 1),
    "counts": FieldWords("", {}),
}
_TABLE: Table = {
    "body": _BODY,
    "stocktake": _STOCKTAKE,
    "phase": FieldWords("", "interim"),
    "state": FieldWords("", "released"),
    "handling": FieldWords("", "green"),
    "supersedes": FieldWords("", None),
    "is_current": FieldWords("", True),
    "feedback_opened_at": FieldWords("", "2017-06-01T09:00:00Z"),
    "feedback_until": FieldWords("", "2017-06-15T22:00:00Z"),
    "comments_audience": FieldWords("", "delegations"),
    "released_at": _INSTANT,
    "cell_count": FieldWords("", 224),
    "scored_count": FieldWords("", 220),
    "allowed": FieldWords("", []),
}
_CHANGES: Table = {
    "score": FieldWords("", "1"),
    "rationale": FieldWords("", _RATIONALE),
    "sources": FieldWords("", "https://example.org/report"),
    "as_of": FieldWords("", "2017-05-20"),
}
FIELDS: Table = {
    "AssessingBody.slug": _BODY,
    "AssessingBody.name": FieldWords("", "University Observatory", 120),
    "AssessingBody.short_name": FieldWords("", "Observatory", SHORT_NAME_LENGTH),
    "AssessingBody.website": FieldWords("", "https://observatory.example", 200),
    "Guideline.body": _BODY,
    "Guideline.number": FieldWords("", 1),
    "Guideline.text": FieldWords(
        "", "Full compliance: a law and a report.", limits.GUIDELINE
    ),
    "Guideline.published_at": FieldWords("", "2017-01-15T09:00:00Z"),
    **{
        f"{component}.{name}": words
        for component in ("AssessmentTable", "ScoreTable")
        for name, words in _TABLE.items()
    },
    "ScoreTable.figures": FieldWords("", None),
    **{
        f"Assessment.{name}": words
        for name, words in {
            **_TABLE,
            "table": FieldWords("", ENTRY_ID),
            "score": FieldWords("", "1"),
            "rationale": FieldWords("", _RATIONALE, limits.RATIONALE),
            "sources": FieldWords("", "https://example.org/report", limits.SOURCES),
            "as_of": FieldWords("", "2017-05-20"),
            "guideline": FieldWords("", ENTRY_ID),
            "scored_at": FieldWords("", "2017-06-10T14:00:00Z"),
        }.items()
        if name
        not in {
            "supersedes",
            "feedback_opened_at",
            "feedback_until",
            "comments_audience",
            "cell_count",
            "scored_count",
        }
    },
    **{
        f"ScoreCounts.{name}": FieldWords("", number)
        for name, number in {
            "full_compliance": 3,
            "partial_compliance": 3,
            "no_compliance": 2,
            "not_applicable": 0,
            "not_scored": 0,
        }.items()
    },
    **{
        f"{component}.{name}": words
        for component in ("MemberScore", "CommitmentScore", "AreaScore")
        for name, words in _FIGURES.items()
    },
    "AreaScore.area": FieldWords("", "1.2", 7, CODE_PATTERN),
    "AreaScore.members": FieldWords("", []),
    **{f"OverallMean.{name}": words for name, words in _AVERAGES.items()},
    "OverallMean.name": FieldWords("", "cells"),
    "OverallMean.of": FieldWords("", 8),
    **{
        f"TableFigures.{name}": FieldWords("", [])
        for name in ("means", "members", "commitments", "areas")
    },
    "TableFigures.counts": FieldWords("", {}),
    **{
        f"{component}.{name}": words
        for component in ("AssessmentChangesRequest", "AssessmentRowRequest")
        for name, words in _CHANGES.items()
    },
    "AssessmentRowRequest.plan": FieldWords("", "ise-shima-2016-ct", limits.SLUG),
    "AssessmentRowRequest.commitment": FieldWords("", "1.2.3", limits.SLUG),
    "AssessmentRowRequest.member": FieldWords("", "JP", limits.SLUG),
    "AssessmentImportRequest.table": FieldWords("", ENTRY_ID),
    "AssessmentImportRequest.rows": FieldWords("", []),
    "AssessmentImport.dry_run": FieldWords("", True),
    "AssessmentImport.counts": FieldWords("", {"changed": 3, "unchanged": 1}),
    "AssessmentImport.rows": FieldWords(
        "The result for each cell, in the same order.", []
    ),
    "ImportedAssessment.outcome": FieldWords("", "changed"),
    "ImportedAssessment.assessment": FieldWords("", ENTRY_ID),
}
PARAMETERS: Table = {
    "body": FieldWords("", BODY, limits.SLUG),
    "table": FieldWords("", ENTRY_ID),
    "phase": FieldWords("Only those of interim, or of final tables.", "final"),
    "score": FieldWords("Only those with this score.", "-1"),
    "released_since": FieldWords("", "2017-06-01T00:00:00Z"),
    "assessments_list.state": FieldWords("Only those in this state.", "released"),
    "assessment_tables_list.state": FieldWords("Only those in this state.", "released"),
    "assessments_list.ordering": FieldWords("", "commitment,member"),
    "assessment_tables_list.ordering": FieldWords("", "-released_at"),
    "guidelines_list.ordering": FieldWords("", "commitment"),
    "assessing_bodies_list.ordering": FieldWords("", "name"),
    "assessing_bodies_retrieve.slug": FieldWords(
        "Slug of the assessing body.", BODY, limits.SLUG, SLUG_PATTERN
    ),
    "about": FieldWords("", "entry"),
}
