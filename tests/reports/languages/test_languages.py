"""Tests of reports in other languages: whole, and only their own words."""

import json
import re
import runpy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext, override

from accounts.day_sentences import day_text
from progress.ledger.chain import hash_of
from progress.models import Handling, State, Status
from reports.actions.requests import request_report
from reports.labels import labels, method
from reports.languages import LANGUAGES, NoCatalogueError
from reports.models import Report
from reports.renderers.pdf import render_pdf
from reports.report_request import ReportRequest
from reports.runner import compile_if_waiting
from reports.snapshot import build_facts, build_snapshot
from tests.factories import make_entry, member_commitment_of
from tests.g7plan.messages.pseudo_locale import PLACEHOLDER, TAG, make_pseudo_locale
from tests.reports.pdf.pdf_reading import read, whole_text
from tests.reports.sample_snapshot import short_snapshot, with_facts
from tests.source_files import ROOT

CHECK = runpy.run_path(str(ROOT / "docs/check_report.py"))
# Keys whose values are for machines, and not printed as words.
CODES = {
    "action", "at_risk", "audience", "before", "cells", "change", "code", "commitment",
    "content_sha256", "entry", "figure", "handling", "iso", "kind", "language",
    "layout", "member", "of", "query", "sections", "sha256", "slug", "source_sha256",
    "status", "sub_area", "table",
}  # fmt: skip
# Keys whose values people wrote, or that are the same in every language.
WORDS = {
    "acronym", "citation", "instruments", "lead_authority",
    "language_name", "meaning", "narrative", "next_steps", "obstacles", "owner",
    "url",
}  # fmt: skip
# Names that are the same in every language.
NAMES = re.compile(
    r"UTC|TLP(:[A-Z]+)?|SHA-256|JSON|RFC|API|INTERPOL|Traffic Light Protocol"
)
LETTER = re.compile(r"[A-Za-z]")


@pytest.fixture
def entries(plan, stocktake, officer_jp, head_jp, officer_fr, coordinator):
    """An entry with all that can be printed, and one of another stocktake."""
    common = {"state": State.PUBLISHED, "published_by": coordinator}
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        stocktake=stocktake,
        evidence=2,
        file_name="report.pdf",
        is_at_risk=True,
        status=Status.LIMITED,
        **common,
    )
    for code in ("1.2.2", "2.1"):
        make_entry(member_commitment_of(plan, code, "FR"), by=officer_fr, **common)


def report_in(language, plan, stocktake, coordinator, **fields):
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    values = {"audience": Handling.GREEN, **fields}
    return Report(
        plan=plan,
        stocktake=stocktake,
        at=now.date(),
        known_at=now,
        requested_at=now,
        requested_by=coordinator,
        language=language,
        **values,
    )


def snapshot_of(report):
    return build_snapshot(report, ledger_head=None, font_dirs=())


def own_texts(value, key="", skipped=frozenset()):
    """Yield what the product says in a snapshot, with the key where it is."""
    if isinstance(value, dict):
        # A sentence and a block of them have the names of their rules.
        is_rule = "template" in value or "sentences" in value
        for name, part in value.items():
            if name not in skipped and not (is_rule and name == "name"):
                inside = frozenset() if name == "labels" else skipped
                yield from own_texts(part, name, inside)
    elif isinstance(value, list):
        for part in value:
            yield from own_texts(part, key, skipped)
    elif isinstance(value, str):
        yield key, value


@pytest.fixture
def pseudo_locale(settings, tmp_path):
    make_pseudo_locale(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]


@pytest.fixture
def reports_in(plan, stocktake, coordinator, members, now):
    """A report of each kind, not stored, in a language."""
    early = now - timedelta(days=30)
    since = {"since_at": early.date(), "since_known_at": early.replace(microsecond=0)}
    kinds = {
        "stocktake": {},
        "member": {"member": members["JP"]},
        "brief": {"action": plan.actions.get(number=1)},
        "changes": since,
        "gaps": {"audience": Handling.AMBER},
    }

    def made(language):
        for kind, fields in kinds.items():
            yield report_in(language, plan, stocktake, coordinator, kind=kind, **fields)

    return made


@pytest.mark.long
def test_a_report_in_the_pseudo_locale_says_nothing_in_english(
    pseudo_locale, entries, plan, stocktake, reports_in
):
    for report in reports_in(TAG):
        snapshot = snapshot_of(report)
        given = {*plan_words(plan), stocktake.title, *evidence_words(snapshot)}
        texts = list(own_texts(snapshot["facts"], skipped=CODES | WORDS))
        assert len(texts) > 100
        texts += own_texts(snapshot["envelope"]["queries"], skipped=CODES | WORDS)
        texts += own_texts(list(moments(snapshot["envelope"])), skipped={"iso"})
        assert [row for row in texts if LETTER.search(stripped(row[1], given))] == []


@pytest.mark.long
def test_a_catalogue_with_all_other_words_leaves_a_final_as_its_draft(
    pseudo_locale, entries, reports_in
):
    """Between draft and final, the system may get a version with other words."""
    for draft, final in zip(reports_in("en"), reports_in(TAG), strict=True):
        said = build_facts(draft)
        assert build_facts(final)["plan"] != said["plan"]
        final.final_of = draft
        draft.snapshot = {"facts": said}
        assert {**build_facts(final), "language": "en"} == said


def test_a_short_title_is_said_in_the_language_of_the_report(
    entries, plan, stocktake, coordinator
):
    row = plan.commitments.get(code="1.2.2")
    plan.commitments.filter(pk=row.pk).update(short_title="INTERPOL databases")
    titles = {"en": "INTERPOL databases", "fr": "Bases de données"}
    for language, title in titles.items():
        snapshot = snapshot_of(report_in(language, plan, stocktake, coordinator))
        assert title in str(snapshot["facts"]["figures"]["commitments"])


def evidence_words(snapshot):
    for entry in snapshot["facts"]["entries"].values():
        for row in entry["evidence"]:
            yield from (row["title"], row["citation"], row["url"])
            yield row["file"]["name"] if row["file"] else ""


def plan_words(plan):
    yield from (plan.title, plan.summit.place)
    for action in plan.actions.all():
        yield action.title
    for commitment in plan.commitments.select_related("sub_area"):
        yield from (commitment.text, commitment.short_title)
        if commitment.sub_area:
            yield commitment.sub_area.title


def stripped(text, given):
    for words in sorted(given, key=len, reverse=True):
        text = text.replace(words, "")
    return NAMES.sub("", PLACEHOLDER.sub("", text))


def moments(value):
    if isinstance(value, dict) and set(value) == {"iso", "text"}:
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from moments(part)


def test_a_french_report_is_in_french_and_keeps_the_adopted_wording(
    entries, plan, stocktake, coordinator
):
    french = snapshot_of(report_in("fr", plan, stocktake, coordinator))["facts"]
    english = snapshot_of(report_in("en", plan, stocktake, coordinator))["facts"]
    assert french["title"] == "Rapport de bilan"
    assert french["labels"]["parts"]["limited"] == "Progrès limités"
    assert french["labels"]["parts"]["not_reported"] == "Aucune entrée diffusée"
    assert {row["name"] for row in french["members"]} >= {"Japon", "États-Unis"}
    assert french["plan"]["title"] == english["plan"]["title"]
    wordings = [list(wordings_of(facts)) for facts in (french, english)]
    assert wordings[0] == wordings[1] != []
    assert get_language() == "en-gb"


def test_only_a_report_of_the_presidency_names_it_as_the_issuer(
    plan, stocktake, coordinator, observer
):
    ours = report_in("en", plan, stocktake, coordinator, is_of_presidency=True)
    theirs = report_in("en", plan, stocktake, observer)
    issuers = [snapshot_of(report)["envelope"]["issuer"] for report in (ours, theirs)]
    assert re.fullmatch(r"Presidency: \w+", issuers[0])
    assert issuers[1] == "Compiled by a reader, not by the Presidency"


def test_the_script_that_checks_reports_finds_nothing_in_a_french_one(
    entries, plan, stocktake, coordinator
):
    for audience in Handling:
        report = report_in("fr", plan, stocktake, coordinator, audience=audience)
        snapshot = json.loads(json.dumps(snapshot_of(report)))
        assert list(CHECK["findings"](snapshot)) == []
        blocks = snapshot["facts"]["summary"]
        said = [row["text"] for block in blocks for row in block["sentences"]]
        if audience != Handling.CLEAR:
            assert any("\u202f; " in text for text in said)


def wordings_of(facts):
    for action in facts["actions"]:
        for area in action["sub_areas"]:
            for commitment in area["commitments"]:
                yield area["title"], commitment["text"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "{count} entrée porte la mention"),
        (1, "{count} entrée porte la mention"),
        (2, "{count} entrées portent la mention"),
    ],
)
def test_zero_and_one_are_singular_in_french(number, said):
    one = "{count} entry is marked as at risk."
    many = "{count} entries are marked as at risk."
    with override("fr"):
        assert said in ngettext(one, many, number)


def test_french_writes_the_first_day_of_a_month_in_its_own_way():
    days = [date(2017, 5, 1), date(2017, 5, 2)]
    with override("fr"):
        assert [day_text(day) for day in days] == ["1er mai 2017", "2 mai 2017"]
    with override("en"):
        assert [day_text(day) for day in days] == ["1 May 2017", "2 May 2017"]


def test_a_report_is_refused_where_its_catalogue_is_not_compiled(
    plan, stocktake, coordinator, settings, tmp_path
):
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(NoCatalogueError):
        snapshot_of(report_in("fr", plan, stocktake, coordinator))


@pytest.mark.parametrize("language", ["es", "", "FR", "en-gb", "fr\n"])
def test_a_language_without_reports_is_refused(plan, coordinator, now, language):
    whole = now.replace(microsecond=0)
    request = ReportRequest(
        plan, Handling.GREEN, whole.date(), whole, language=language
    )
    with pytest.raises(ValidationError) as refused:
        request_report(request=request, by=coordinator, at=now)
    [problem] = refused.value.message_dict["language"]
    assert "Choose one of these: English, Français, Deutsch, Italiano" in problem
    assert not Report.objects.exists()


def test_the_form_offers_the_languages_and_begins_with_that_of_the_page(
    signed_in, coordinator, plan
):
    page = signed_in(coordinator)
    new = page.get("/reports/new/stocktake/", headers={"Accept-Language": "fr"})
    text = new.content.decode()
    for tag, name in LANGUAGES.items():
        assert re.search(rf'<option value="{tag}"[^>]*>{name}</option>', text)
    assert '<option value="fr" selected>' in text
    assert "As known at" not in text


def test_a_problem_of_a_french_report_is_shown_in_the_language_of_the_page(
    plan, coordinator, now, monkeypatch
):
    def fails(*_args, **_kwargs):
        assert get_language() == "en-gb"
        raise RuntimeError

    monkeypatch.setattr("reports.runner.build_snapshot", fails)
    whole = now.replace(microsecond=0)
    request = ReportRequest(plan, Handling.GREEN, whole.date(), whole, language="fr")
    report = request_report(request=request, by=coordinator, at=now)
    compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert report.problem.startswith("The report failed at this step: ")


def test_french_has_one_word_for_status():
    with override("fr"):
        sections = [method(reads_all=True, is_compared=True), labels(reads_all=True)]
    assert "statut" not in json.dumps(sections)


def test_french_has_its_space_before_every_colon_of_a_document():
    snapshot = short_snapshot(font_dirs=())
    with override("fr"):
        french = labels(reads_all=False)
    snapshot = with_facts(snapshot, language="fr", labels=french)
    content = render_pdf(snapshot, hash_of(snapshot), font_dirs=()).content
    text = whole_text(read(content))
    # What is read back has folded blanks.
    assert "Autorité responsable : " in text
    assert "Autorité responsable: " not in text
