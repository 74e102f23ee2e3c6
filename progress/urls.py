"""Addresses of entries, stocktakes, commitments and what belongs to them."""

from django.urls import path

from progress.transitions import Verb
from progress.views.assessing.urls import ASSESSING_URLS
from progress.views.assignments import assignment_edit, responsible_edit
from progress.views.batches import BATCHES
from progress.views.bulk import entry_bulk
from progress.views.carry_forward import entry_carry_forward, entry_confirm
from progress.views.clearance.decisions import entry_decision
from progress.views.clearance.desk import DECISIONS, clearance_list
from progress.views.conversations import comment_list, entry_comment, entry_returns
from progress.views.editor.autosave import entry_autosave, entry_new_autosave
from progress.views.editor.preview import entry_new_preview, entry_preview
from progress.views.entries import entry_detail, entry_edit, entry_new
from progress.views.events import audit_list
from progress.views.evidence import evidence_file
from progress.views.focal_points import focal_point_edit, focal_point_list
from progress.views.handovers import HANDOVER_ACTS, handover_act
from progress.views.ledger import ledger, ledger_checkpoints
from progress.views.people import api_keys
from progress.views.people.acting_heads import (
    acting_head_end,
    acting_head_list,
    acting_head_new,
)
from progress.views.positions.changes import plan_changes
from progress.views.positions.chart import chart
from progress.views.positions.commitment import commitment_detail
from progress.views.positions.comparison import entry_comparison
from progress.views.positions.instruments import (
    plan_instrument_detail,
    plan_instrument_list,
)
from progress.views.positions.matrix import matrix, position_summary
from progress.views.positions.member import plan_member_detail
from progress.views.positions.plan import plan_detail, plan_list
from progress.views.positions.timeline import member_commitment_detail
from progress.views.public_reading.agreements import public_agreement_list
from progress.views.public_reading.decisions import (
    STEPS,
    public_reading,
    public_reading_propose,
    public_reading_step,
)
from progress.views.questions import question_detail, question_list, question_new
from progress.views.releases import entry_release
from progress.views.responsible import responsible_list
from progress.views.review.decisions import entry_review
from progress.views.review.desk import REVIEW_DECISIONS, review_list
from progress.views.scores.urls import SCORES_URLS
from progress.views.sending import entry_sent, task_check
from progress.views.stocktake_acts import STOCKTAKE_ACTS, stocktake_act
from progress.views.stocktakes import stocktake_detail, stocktake_list, stocktake_new
from progress.views.task_list.confirm_unchanged import confirm_unchanged
from progress.views.task_list.page import task_list
from progress.views.tracking import member_commitment_edit
from progress.views.update_sheets.preview import update_sheet_preview
from progress.views.update_sheets.report import update_sheet_report
from progress.views.update_sheets.upload import update_sheet, update_sheet_discard
from progress.views.verbs import entry_verb

app_name = "progress"

COMMITMENT = "plans/<slug:slug>/commitments/<str:code>/"
MEMBER_COMMITMENT = f"{COMMITMENT}<str:member>/"
NEW_ENTRY = f"{MEMBER_COMMITMENT}entries/new/"
ENTRY = "entries/<uuid:pk>/"
UPDATE_SHEET = "plans/<slug:slug>/sheet/"
STOCKTAKE = "plans/<slug:slug>/stocktakes/<slug:stocktake>/"
# Each verb has its own route; editing has a page of its own.
VERBS = [verb for verb in Verb if verb is not Verb.EDIT]
# Those that are decided on a page with a list of entries.
VERB_VIEWS = {
    **dict.fromkeys(DECISIONS, entry_decision),
    **dict.fromkeys(REVIEW_DECISIONS, entry_review),
}

urlpatterns = [
    path("tasks/", task_list, name="task-list"),
    path("plans/<slug:slug>/tasks/", task_list, name="plan-task-list"),
    path("plans/<slug:slug>/tasks/check/", task_check, name="plan-task-check"),
    path(
        "plans/<slug:slug>/tasks/confirm/",
        confirm_unchanged,
        name="plan-confirm-unchanged",
    ),
    path(UPDATE_SHEET, update_sheet, name="update-sheet"),
    path(f"{UPDATE_SHEET}preview/", update_sheet_preview, name="update-sheet-preview"),
    path(f"{UPDATE_SHEET}report/", update_sheet_report, name="update-sheet-report"),
    path(f"{UPDATE_SHEET}discard/", update_sheet_discard, name="update-sheet-discard"),
    path("matrix/", matrix, name="matrix"),
    path("plans/<slug:slug>/matrix/", matrix, name="plan-matrix"),
    path("changes/", plan_changes, name="changes"),
    path("plans/<slug:slug>/changes/", plan_changes, name="plan-changes"),
    path("plans/", plan_list, name="plan-list"),
    path("plans/<slug:slug>/", plan_detail, name="plan-detail"),
    path(
        "plans/<slug:slug>/members/<str:code>/",
        plan_member_detail,
        name="plan-member-detail",
    ),
    path(
        "plans/<slug:slug>/instruments/",
        plan_instrument_list,
        name="plan-instrument-list",
    ),
    path(
        "plans/<slug:slug>/instruments/<slug:instrument>/",
        plan_instrument_detail,
        name="plan-instrument-detail",
    ),
    path("clearance/", clearance_list, name="clearance-list"),
    path("review/", review_list, name="review-list"),
    path("audit/", audit_list, name="audit-list"),
    path("ledger/", ledger, name="ledger"),
    path("ledger/checkpoints.json", ledger_checkpoints, name="ledger-checkpoints"),
    *(
        path(
            f"presidency/<int:pk>/{name}/",
            handover_act,
            {"name": name},
            name=f"handover-{name}",
        )
        for name in HANDOVER_ACTS
    ),
    path("stocktakes/", stocktake_list, name="stocktake-list"),
    path("stocktakes/new/", stocktake_new, name="stocktake-new"),
    path(STOCKTAKE, stocktake_detail, name="stocktake-detail"),
    *(
        path(
            f"{STOCKTAKE}{name}/",
            stocktake_act,
            {"name": name},
            name=f"stocktake-{name}",
        )
        for name in STOCKTAKE_ACTS
    ),
    path("comments/", comment_list, name="comment-list"),
    path("questions/", question_list, name="question-list"),
    path("questions/<uuid:pk>/", question_detail, name="question-detail"),
    path("people/keys/", api_keys.api_key_list, name="api-key-list"),
    path("people/keys/new/", api_keys.api_key_new, name="api-key-new"),
    path(
        "people/keys/<uuid:pk>/rotate/",
        api_keys.api_key_rotate,
        name="api-key-rotate",
    ),
    path(
        "people/keys/<uuid:pk>/revoke/",
        api_keys.api_key_revoke,
        name="api-key-revoke",
    ),
    path(
        "people/keys/<uuid:pk>/requests/",
        api_keys.api_key_requests,
        name="api-key-requests",
    ),
    path("public-reading/", public_reading, name="public-reading"),
    path(
        "public-reading/propose/",
        public_reading_propose,
        name="public-reading-propose",
    ),
    path(
        "public-reading/entries/",
        public_agreement_list,
        name="public-agreement-list",
    ),
    *(
        path(
            f"public-reading/<uuid:pk>/{name}/",
            public_reading_step,
            {"name": name},
            name=f"public-reading-{name}",
        )
        for name in STEPS
    ),
    path("acting-heads/", acting_head_list, name="acting-head-list"),
    path("acting-heads/new/", acting_head_new, name="acting-head-new"),
    path("acting-heads/<uuid:pk>/end/", acting_head_end, name="acting-head-end"),
    path("focal-points/", focal_point_list, name="focal-point-list"),
    path("focal-points/<str:member>/edit/", focal_point_edit, name="focal-point-edit"),
    path(
        "plans/<slug:slug>/responsible/",
        responsible_list,
        name="plan-responsible-list",
    ),
    path("plans/<slug:slug>/charts/<slug:name>/", chart, name="chart"),
    path(COMMITMENT, commitment_detail, name="commitment-detail"),
    path(MEMBER_COMMITMENT, member_commitment_detail, name="member-commitment-detail"),
    path(f"{MEMBER_COMMITMENT}compare/", entry_comparison, name="entry-comparison"),
    path(f"{MEMBER_COMMITMENT}summary/", position_summary, name="position-summary"),
    path(NEW_ENTRY, entry_new, name="entry-new"),
    path(f"{NEW_ENTRY}autosave/", entry_new_autosave, name="entry-new-autosave"),
    path(f"{NEW_ENTRY}preview/", entry_new_preview, name="entry-new-preview"),
    path(
        f"{MEMBER_COMMITMENT}edit/",
        member_commitment_edit,
        name="member-commitment-edit",
    ),
    path(
        f"{MEMBER_COMMITMENT}entries/carry-forward/",
        entry_carry_forward,
        name="entry-carry-forward",
    ),
    path(f"{MEMBER_COMMITMENT}contributors/", assignment_edit, name="assignment-edit"),
    path(f"{MEMBER_COMMITMENT}responsible/", responsible_edit, name="responsible-edit"),
    *ASSESSING_URLS,
    *SCORES_URLS,
    path("evidence/<uuid:pk>/file/", evidence_file, name="evidence-file"),
    *(
        path(
            f"entries/bulk/{batch.replace('_', '-')}/",
            entry_bulk,
            {"batch": batch},
            name=page.route,
        )
        for batch, page in BATCHES.items()
    ),
    path(ENTRY, entry_detail, name="entry-detail"),
    path(f"{ENTRY}comments/<str:thread>/", entry_comment, name="entry-comment"),
    path(f"{ENTRY}returns/", entry_returns, name="entry-returns"),
    path(f"{ENTRY}questions/new/", question_new, name="question-new"),
    path(f"{ENTRY}edit/", entry_edit, name="entry-edit"),
    path(f"{ENTRY}autosave/", entry_autosave, name="entry-autosave"),
    path(f"{ENTRY}sent/", entry_sent, name="entry-sent"),
    path(f"{ENTRY}preview/", entry_preview, name="entry-preview"),
    path(f"{ENTRY}confirm/", entry_confirm, name="entry-confirm"),
    path(f"{ENTRY}release/", entry_release, name="entry-release"),
    *(
        path(
            f"{ENTRY}{verb.replace('_', '-')}/",
            VERB_VIEWS.get(verb, entry_verb),
            {"verb": verb},
            name=f"entry-{verb.replace('_', '-')}",
        )
        for verb in VERBS
    ),
]
