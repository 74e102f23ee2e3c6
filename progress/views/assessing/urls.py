"""Addresses of the work pages of an assessing body."""

from django.urls import path

from progress.views.assessing.acts import ROUTES, table_act
from progress.views.assessing.cell import cell_autosave, cell_edit
from progress.views.assessing.comments import comment_answer, table_comments
from progress.views.assessing.guidelines import (
    guideline_edit,
    guideline_list,
    guideline_publish,
    guidelines_publish,
)
from progress.views.assessing.index import assessing, table_begin
from progress.views.assessing.sheet_preview import score_sheet_uploaded
from progress.views.assessing.sheet_report import score_sheet_report
from progress.views.assessing.sheets import (
    WRITERS,
    score_sheet_discard,
    score_sheet_file,
    score_sheet_upload,
)
from progress.views.assessing.table import table_detail

GUIDELINES = "assessing/guidelines/<slug:slug>/"
TABLE = "assessing/<uuid:pk>/"
CELL = f"{TABLE}cells/<uuid:cell>/"
COMMENTS = f"{TABLE}comments/"
UPLOADED = f"{TABLE}uploads/<uuid:upload>/"

ASSESSING_URLS = [
    path("assessing/", assessing, name="assessing"),
    path(
        "assessing/begin/<slug:slug>/<slug:stocktake>/",
        table_begin,
        name="assessing-begin",
    ),
    path(GUIDELINES, guideline_list, name="assessing-guidelines"),
    path(
        f"{GUIDELINES}publish/", guidelines_publish, name="assessing-guidelines-publish"
    ),
    path(f"{GUIDELINES}<str:code>/", guideline_edit, name="assessing-guideline-edit"),
    path(
        f"{GUIDELINES}<str:code>/publish/",
        guideline_publish,
        name="assessing-guideline-publish",
    ),
    path(TABLE, table_detail, name="assessing-table"),
    path(CELL, cell_edit, name="assessing-cell"),
    path(f"{CELL}autosave/", cell_autosave, name="assessing-cell-autosave"),
    path(COMMENTS, table_comments, name="assessing-comments"),
    path(f"{COMMENTS}<uuid:comment>/", comment_answer, name="assessing-answer"),
    *(
        path(
            f"{TABLE}sheet.{ending}",
            score_sheet_file,
            {"ending": ending},
            name=f"assessing-sheet-{ending}",
        )
        for ending in WRITERS
    ),
    path(f"{TABLE}upload/", score_sheet_upload, name="assessing-upload"),
    path(UPLOADED, score_sheet_uploaded, name="assessing-uploaded"),
    path(f"{UPLOADED}report/", score_sheet_report, name="assessing-uploaded-report"),
    path(
        f"{UPLOADED}discard/",
        score_sheet_discard,
        name="assessing-uploaded-discard",
    ),
    *(
        path(
            f"{TABLE}{name.removeprefix('assessing-')}/",
            table_act,
            {"verb": verb},
            name=name,
        )
        for verb, name in ROUTES.items()
    ),
]
