"""The lists in pages: each has a template with a pager."""

PAGED = (
    "accounts:grant-list", "accounts:user-list", "job-list", "partners:notice-list",
    "progress:acting-head-list", "progress:api-key-list", "progress:api-key-requests",
    "progress:assessing", "progress:assessing-comments", "progress:clearance-list",
    "progress:comment-list", "progress:feedback-list",
    "progress:member-commitment-detail", "progress:question-list",
    "progress:review-list", "progress:score-differences", "progress:score-index",
    "progress:stocktake-list", "reports:report-list", "search",
)  # fmt: skip
# Pages of one person's own file, which has no address of its own.
PAGED_FOR_ITS_OWNER = (
    "progress:update-sheet-preview", "progress:update-sheet-report",
    "progress:assessing-uploaded", "progress:assessing-uploaded-report",
)  # fmt: skip
