"""Tests of the dashboard and the alerts: their metrics exist, and so do the runbooks.

They need no Prometheus: its expressions are searched for names.
"""

import json
import re

import pytest
import yaml
from prometheus_client import CollectorRegistry

from audit.models import PeriodicRun
from g7plan.metrics.instruments import ANSWERS, REGISTRY, SECONDS
from g7plan.monitoring import state
from progress.models import Checkpoint
from tests.source_files import ROOT

FOLDER = ROOT / "deploy/observability"
ALERTS = yaml.safe_load((FOLDER / "alerts.yaml").read_text("utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))
SCRAPED = yaml.safe_load((FOLDER / "prometheus.yaml").read_text("utf-8"))
RUNBOOKS = (ROOT / "docs/runbooks.md").read_text("utf-8")
NAME = re.compile(r"\bg7plan_\w+")
LABEL = re.compile(r"by \(([\w, ]+)\)|\{(\w+)=|\{\{ ?\$?(?:labels\.)?(\w+) ?\}\}")
LABELS = {"kind", "le", "queue", "route", "status", "task", "job"}


def expressions():
    shown = [target for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [rule["expr"] for rule in RULES] + [target["expr"] for target in shown]


@pytest.mark.django_db
def test_they_use_metrics_that_exist_and_every_metric_is_used(monkeypatch, now):
    signed = Checkpoint(signed_at=now)
    monkeypatch.setattr(state, "good_checkpoints", lambda **_given: iter([signed]))
    PeriodicRun.objects.create(task="reports.tasks.sweep_reports", done_at=now)
    SECONDS.labels("home").observe(1)
    ANSWERS.labels("home", "2xx").inc()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(state.StateCollector())
    told = {
        sample.name
        for source in (REGISTRY, registry)
        for family in source.collect()
        for sample in family.samples
    }
    used = {name for text in expressions() for name in NAME.findall(text)}
    assert used <= told
    unused = {"g7plan_build_info", "g7plan_request_seconds_sum"}
    unused |= {f"g7plan_request_seconds_{end}" for end in ("count", "created")}
    assert told - used == unused | {"g7plan_answers_created"}


def test_they_use_no_label_that_names_a_person_a_member_or_an_entry():
    texts = [json.dumps(DASHBOARD, ensure_ascii=False), yaml.safe_dump(ALERTS)]
    found = {
        label
        for text in texts
        for groups in LABEL.findall(text)
        for label in ", ".join(filter(None, groups)).split(", ")
    }
    assert found <= LABELS


def test_each_alert_has_a_runbook_of_five_lines():
    sections = re.split(r"^## ", RUNBOOKS, flags=re.MULTILINE)[1:]
    lines = {
        title: body.strip().split("\n")
        for title, _newline, body in (section.partition("\n") for section in sections)
    }
    assert list(lines) == [rule["alert"] for rule in RULES]
    for told in lines.values():
        words = [re.match(r"\d\. \*\*(\w+)\*\*: ", line) for line in told]
        assert [found and found[1] for found in words] == [
            "Means", "Look", "Do", "Know", "Tell",
        ]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_an_alert_waits_says_how_urgent_it_is_and_names_its_runbook(rule):
    assert rule["for"]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    anchor = rule["alert"].lower()
    assert rule["annotations"]["runbook_url"] == f"docs/runbooks.md#{anchor}"
    assert rule["annotations"]["summary"].endswith(".")


def test_the_jobs_of_the_alerts_are_those_that_are_scraped():
    jobs = {job["job_name"] for job in SCRAPED["scrape_configs"]}
    used = {name for text in expressions() for name in re.findall(r'job="(.+?)"', text)}
    assert used == jobs
