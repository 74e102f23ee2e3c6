"""Tests of the load of `make load`: its mix, its cast, and how it judges figures."""

import csv
from collections import Counter

import pytest
from django.urls import resolve

from benchmarks.load import cast, mix
from benchmarks.load.figures import Figures
from benchmarks.load.forms import decision_on_page, form_to, links_of
from benchmarks.load.memory import LIMIT_OF_REPORTS, Sample, cores_of, course_of
from benchmarks.load.results import Loaded, errors_in
from benchmarks.seeding.world import email_of
from tests.source_files import ROOT

SAMPLE = {
    "plan": "a-plan", "stocktake": "a-stocktake", "code": "1.2.2", "member": "JP",
    "entry": "0b0e2c1e-6c3f-4d5e-8a1b-2c3d4e5f6a7b", "word": "word",
    "file": "0b0e2c1e-6c3f-4d5e-8a1b-2c3d4e5f6a7b", "report": "gaps", "since": "2026",
}  # fmt: skip
# The columns of tests/access.csv. Most coordinators are of members without the chair.
COLUMNS = {
    "officer": "officer_jp",
    "contributor": "contributor_jp",
    "head": "head_jp",
    "coordinator": "former_coordinator",
    "Presidency": "coordinator",
    "observer": "observer",
    "assessor": "assessor",
    "administrator": "administrator",
}
READ = {**mix.PAGES, **mix.DOWNLOADS}


def route_of(template: str) -> str:
    path = template.format(**SAMPLE).partition("?")[0]
    return resolve(path).view_name


def answers(route: str, column: str) -> set[str]:
    with (ROOT / "tests/access.csv").open(encoding="utf-8") as table:
        rows = csv.DictReader(table)
        return {
            row[column]
            for row in rows
            if (row["route"], row["method"]) == (route, "get")
        }


# ---- The mix and the cast ------------------------------------------------------------


@pytest.mark.parametrize("table", [READ, mix.ACTS, mix.CALLS, mix.WRITTEN])
def test_every_address_of_the_mix_exists(table):
    for kind, template in table.items():
        assert route_of(template) != "api:nothing-here", kind


def test_every_address_of_the_api_is_there_for_keys():
    for kind, template in {**mix.CALLS, **mix.WRITTEN}.items():
        found = answers(route_of(template), "key_own_jp")
        assert not found or found & {"200", "405"}, kind


@pytest.mark.parametrize("role", mix.READS)
def test_each_role_reads_only_what_it_may(role):
    for kind in mix.READS[role]:
        route = route_of(READ[kind])
        assert "200" in answers(route, COLUMNS[role]), f"{role}: {kind}, {route}"


@pytest.mark.parametrize("role", [name for name, kinds in mix.REPORTS.items() if kinds])
def test_each_role_compiles_only_reports_that_it_may(role):
    with (ROOT / "tests/access.csv").open(encoding="utf-8") as table:
        allowed = {
            row["object"].removeprefix("kind_"): row[COLUMNS[role]]
            for row in csv.DictReader(table)
            if row["route"] == "reports:report-new-kind"
        }
    assert {allowed[kind] for kind in mix.REPORTS[role]} == {"200"}


def test_everything_that_is_read_or_asked_for_is_in_a_mix():
    read = set().union(*mix.READS.values())
    # Reviewers alone open the review page, to decide.
    assert set(READ) - read == {"review"}
    assert mix.CALLS.keys() == mix.CALLED.keys()


def test_200_people_of_every_role_and_20_tools_take_part():
    people, tools = cast.people(), cast.tools()
    assert (len(people), len(tools)) == (200, 20)
    assert len({one.email for one in people}) == 200
    assert len({one.name for one in tools}) == len({one.address for one in tools}) == 20
    assert {one.role for one in people} == mix.READS.keys()
    assert mix.REPORTS.keys() == {*mix.READS, "Presidency"}
    # Those that the seeder makes are among them.
    assert {email_of("officer", "JP", 3), email_of("observer")} <= {
        one.email for one in people
    }


def test_a_delegation_shares_a_network_address_and_a_tool_has_its_own():
    shared = Counter(one.address for one in cast.people())
    assert [count for count in shared.values() if count > 3] == [24] * 8
    assert not shared.keys() & {one.address for one in cast.tools()}


# ---- Its figures ---------------------------------------------------------------------


def found(*rows):
    """What the swarm wrote of these requests, measured from 10 to 20."""
    return {"began": 10.0, "ended": 20.0, "visitors": 220, "requests": rows}


def loaded(figures, *, errors=(), acts=None, **memory):
    return Loaded("10k", figures, memory, {}, acts or {}, list(errors), {})


def test_times_and_rates_are_of_the_measured_time_only():
    before = (9.0, "home", 9000.0, 200, "")
    rows = [(10.0 + n / 100, "home", float(n), 200, "") for n in range(1, 101)]
    figures = Figures.of(found(before, *rows, (12.0, "matrix", 7.0, 200, "")))
    assert [kind.name for kind in figures.kinds()] == ["home", "matrix"]
    home, matrix = figures.kinds()
    assert (len(home.requests), len(figures.all.requests)) == (100, 101)
    assert (home.of_100(50), round(home.of_100(95))) == (50.5, 95)
    assert matrix.of_100(99) == 7.0
    assert "| all | 101 | 10.10 | 50 |" in loaded(figures).text()


def test_nothing_measured_is_no_result():
    with pytest.raises(ValueError, match="no request"):
        Figures.of(found((9.0, "home", 1.0, 200, "")))


@pytest.mark.parametrize(
    ("status", "why", "counts"),
    [
        (200, "", (0, 0, 0)),
        (500, "500 GET /", (1, 0, 0)),
        (503, "503 GET /", (1, 0, 0)),
        (0, "it closed the connection", (1, 0, 0)),
        (404, "404 GET /", (0, 1, 0)),
        (429, "429 GET /", (0, 0, 1)),
    ],
)
@pytest.mark.parametrize("at", [5.0, 15.0])
def test_only_a_rate_limit_is_no_fault_also_before(status, why, counts, at):
    usual = (15.0, "home", 1.0, 200, "")
    figures = Figures.of(found(usual, (at, "home", 1.0, status, why)))
    if at > 10:
        [home] = figures.kinds()
        assert (home.faults, home.refused, home.limited) == counts
    is_fault = bool(counts[0] or counts[1])
    assert loaded(figures).faults() == ([f"home: {why}"] if is_fault else [])


def test_an_act_that_was_acknowledged_and_is_not_done_is_a_fault():
    """Also one of the time before: nothing that was acknowledged may be lost."""
    rows = [(9.0, "publish", 1.0, 302, ""), (15.0, "publish", 1.0, 302, "")]
    decided = (16.0, "publish", 1.0, 409, "")
    figures = Figures.of(found(*rows, decided))
    assert loaded(figures, acts={"publish": 2}).faults() == []
    [fault] = loaded(figures, acts={"publish": 1}).faults()
    assert fault == "publish: 2 were acknowledged, and 1 are done"


# ---- Memory and logs -----------------------------------------------------------------


def course(*mb):
    return course_of([Sample(2.0 * number, one) for number, one in enumerate(mb)])


def test_cores_are_those_of_the_measured_time():
    cores = cores_of([Sample(10, 0, cpu=100), Sample(12, 0, 101), Sample(20, 0, 105)])
    assert cores == 0.5
    figures = Figures.of(found((15.0, "home", 1.0, 200, "")))
    text = Loaded("10k", figures, {}, {}, {}, [], {"web": cores, "beat": 0.25}).text()
    assert "| cores of web | 0.50 |" in text
    assert "| cores of all of them | 0.75 |" in text


def test_memory_that_grows_at_first_and_then_stays_is_flat():
    grown = course(*range(100, 200, 10), *[200, 201, 199] * 10)
    assert grown.is_flat
    assert (grown.first, grown.last, grown.highest) == (110, 200, 201)


def test_a_single_peak_does_not_count():
    assert course(*[200] * 15, 700, *[200] * 15).is_flat


def test_memory_that_leaks_slowly_is_not_flat():
    leaking = course(*(200 + number / 2 for number in range(45)))
    assert not leaking.is_flat
    assert leaking.growth == pytest.approx(14.5)
    figures = Figures.of(found((15.0, "home", 1.0, 200, "")))
    assert loaded(figures, web=leaking).faults() == [
        "memory of web: +14.5 MB, 222 at most"
    ]


def test_reports_may_grow_and_shrink_within_the_limit_of_their_container():
    samples = [Sample(2.0 * n, mb) for n, mb in enumerate(range(200, 920, 20))]
    assert not course_of(samples).is_flat
    assert course_of(samples, 1000).is_flat
    assert not course_of(samples, 800).is_flat
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")
    of_reports = compose.partition("\n  reports:")[2].partition("\n  webhooks:")[0]
    assert f"mem_limit: {LIMIT_OF_REPORTS / 1024:.0f}g" in of_reports


def test_too_few_samples_tell_nothing():
    with pytest.raises(ValueError, match="too few"):
        course(1, 2, 3)


def test_errors_of_the_logs_are_found_from_where_the_load_began(tmp_path):
    log, start = tmp_path / "web.log", b'{"level": "error", "event": "not ready"}\n'
    log.write_bytes(
        start
        + b'{"level": "warning", "event": "Not Found"}\n'
        + b'{"level": "error", "event": "Internal Server Error: /"}\n' * 2
        + b"Traceback (most recent call last):\n"
    )
    assert errors_in({log: len(start)}) == [
        "web: Internal Server Error: / (2 times)",
        "web: Traceback (most recent call last):",
    ]


# ---- Forms ---------------------------------------------------------------------------


def test_a_form_is_sent_as_its_page_made_it():
    page = (
        '<form action="/a/"><input name="q"></form>'
        '<form action="/b/" data-autosave="/c/"><input type="hidden" name="version"'
        ' value="3"><input type="text" name="code"><textarea name="text">\nx</textarea>'
        '<input type="radio" name="s" value="1"><input type="radio" name="s" value="2"'
        ' checked><button name="act" value="save">Save</button></form><a href="/a/1">'
    )
    form = form_to(page, "/b/")
    assert form is not None
    assert {**form.fields, "text": form.fields["text"].strip()} == {
        "version": "3", "code": "", "text": "x", "s": "2",
    }  # fmt: skip
    assert (form.data["data-autosave"], form.name_ending("ode")) == ("/c/", "code")
    assert form_to(page, "/d/") is None
    assert decision_on_page(page, "publish") is None
    assert links_of(page, "/a/") == ["/a/", "/a/1"]
