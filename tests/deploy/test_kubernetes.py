"""Tests of the manifests for Kubernetes: its own schema, and that they fit the product.

No cluster is needed. What a cluster does with them is not shown here.
"""

import os
import re
import subprocess
import sys
from typing import Any

import kubernetes_validate
import pytest
import yaml

from g7plan.databases import LIMITS
from g7plan.queues import QUEUES
from tests.source_files import ROOT

FOLDER = ROOT / "deploy/kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
COMPONENT = "app.kubernetes.io/component"
OBJECTS: list[tuple[str, Any]] = [
    (name, made)
    for name in KUSTOMIZATION["resources"]
    for made in yaml.safe_load_all((FOLDER / name).read_text("utf-8"))
]
RUNNING = {
    made["metadata"]["name"]: made
    for _name, made in OBJECTS
    if made["kind"] in {"Deployment", "Job"}
}
OURS = {name: made for name, made in RUNNING.items() if name != "pooler"}
WORKERS = ("worker", "reports", "webhooks", "mailer", "signer")


def of_kind(kind: str) -> dict[str, Any]:
    found = [made for _name, made in OBJECTS if made["kind"] == kind]
    return {made["metadata"]["name"]: made for made in found}


def pod_of(name: str) -> Any:
    return RUNNING[name]["spec"]["template"]["spec"]


def container_of(name: str) -> Any:
    [container] = pod_of(name)["containers"]
    return container


def variables_of(name: str) -> dict[str, Any]:
    given = container_of(name).get("env", [])
    return {one["name"]: one.get("value") or one["valueFrom"] for one in given}


@pytest.mark.parametrize(
    "made", [made for _name, made in OBJECTS], ids=lambda made: made["metadata"]["name"]
)
def test_an_object_is_what_kubernetes_knows(made):
    """Strict: a misspelt key is refused, which a cluster would only ignore."""
    newest = kubernetes_validate.latest_version()
    kubernetes_validate.validate(made, newest, strict=True)


def test_the_checker_refuses_a_misspelt_key():
    made = of_kind("Deployment")["web"]
    wrong = {**made, "spec": {**made["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(
            wrong, kubernetes_validate.latest_version(), strict=True
        )


def test_each_file_is_named_in_the_kustomization():
    manifests = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(KUSTOMIZATION["resources"]) == manifests
    sources = [one for made in KUSTOMIZATION["configMapGenerator"] for one in
               (*made.get("envs", []), *made.get("files", []))]  # fmt: skip
    assert all((FOLDER / name).is_file() for name in sources)
    assert {path.name for path in FOLDER.iterdir()} == {
        "kustomization.yaml", *manifests, *sources
    }  # fmt: skip


def test_the_pooler_has_the_file_that_the_tests_use():
    """kustomize reads no file outside of its folder, so there are two of it."""
    ours = (ROOT / "docker/pgbouncer/pgbouncer.ini").read_text("utf-8")
    assert (FOLDER / "pgbouncer.ini").read_text("utf-8") == ours


@pytest.mark.parametrize("name", RUNNING)
def test_a_container_can_do_no_more_than_it_needs(name):
    pod, container = pod_of(name), container_of(name)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    assert pod["automountServiceAccountToken"] is False
    # The variables that Kubernetes adds for each service could be taken for ours.
    assert pod["enableServiceLinks"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}
    assert container["resources"]["limits"].keys() == {"memory"}


@pytest.mark.parametrize("name", [name for name in RUNNING if name != "migrate"])
def test_what_runs_is_watched(name):
    container = container_of(name)
    assert "livenessProbe" in container
    if name in of_kind("Service"):
        assert "readinessProbe" in container


def test_a_database_that_is_away_starts_no_web_process_again():
    web = container_of("web")
    asks = ["python", "docker/healthcheck.py"]
    assert web["livenessProbe"]["exec"]["command"] == [*asks, "healthz"]
    assert web["readinessProbe"]["exec"]["command"] == asks
    strategy = of_kind("Deployment")["web"]["spec"]["strategy"]["rollingUpdate"]
    assert strategy["maxUnavailable"] == 0


@pytest.mark.parametrize("name", of_kind("Deployment"))
def test_a_deployment_selects_its_own_pods(name):
    spec = of_kind("Deployment")[name]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert spec["selector"]["matchLabels"] == labels
    assert labels[COMPONENT] == name


def test_each_queue_has_workers():
    commands = [container_of(name)["command"] for name in WORKERS]
    taken = [command[command.index("--queues") + 1] for command in commands]
    assert sorted(taken) == sorted(QUEUES)


@pytest.mark.parametrize("name", OURS)
def test_a_process_says_what_it_is(name):
    assert variables_of(name)["PROCESS"] in LIMITS


def test_one_process_has_the_key_and_one_the_owner_s_password():
    holders: dict[str, list[str]] = {}
    for name in OURS:
        for one in container_of(name)["env"]:
            source = one.get("valueFrom", {}).get("secretKeyRef", {})
            holders.setdefault(source.get("name", ""), []).append(name)
    assert set(holders["g7plan-signer"]) == {"signer"}
    assert set(holders["g7plan-owner"]) == {"migrate"}


def test_processes_with_limits_go_through_the_pooler_and_others_past_it():
    for name in OURS:
        variables = variables_of(name)
        key = variables["DATABASE_URL"]["secretKeyRef"]["key"]
        process = variables["PROCESS"]
        if process in {"web", "worker"}:
            assert key == f"{process}-database-url"
            assert variables["DATABASE_POOLER"] == "1"
        else:
            assert key == "database-url"
            assert "DATABASE_POOLER" not in variables


def test_of_what_runs_twice_one_stays_and_what_runs_once_is_never_two():
    twice = {
        name
        for name, made in of_kind("Deployment").items()
        if made["spec"]["replicas"] > 1
    }
    assert set(of_kind("PodDisruptionBudget")) == twice
    for name, budget in of_kind("PodDisruptionBudget").items():
        assert budget["spec"]["selector"]["matchLabels"][COMPONENT] == name
    for name in ("beat", "signer", "metrics"):
        spec = of_kind("Deployment")[name]["spec"]
        assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate")


# ---- Who may talk to whom


def selected_by(policy: Any) -> set[str]:
    selector = policy["spec"]["podSelector"]
    for part in selector.get("matchExpressions", []):
        return set(part["values"])
    one = selector["matchLabels"].get(COMPONENT)
    return {one} if one else set(RUNNING)


def may_send(policy: str) -> set[str]:
    return selected_by(of_kind("NetworkPolicy")[policy])


def test_everything_is_refused_that_no_policy_allows():
    policy = of_kind("NetworkPolicy")["nothing-by-default"]["spec"]
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert "ingress" not in policy
    assert "egress" not in policy


def test_only_one_kind_reaches_the_internet_and_no_private_address():
    assert may_send("to-internet") == {"webhooks"}
    rules = of_kind("NetworkPolicy")["to-internet"]["spec"]["egress"]
    refused = {cidr for to in rules[0]["to"] for cidr in to["ipBlock"]["except"]}
    private = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"}
    assert private | {"fc00::/7"} <= refused


def test_only_the_pooler_the_signer_and_the_owner_reach_the_database():
    assert may_send("to-database") == {"pooler", "signer", "migrate"}
    assert may_send("to-pooler") == set(OURS) - {"signer", "migrate"}
    assert may_send("names") == set(RUNNING)
    assert may_send("to-queue") == set(OURS)


def test_only_the_proxy_our_processes_and_monitoring_ask():
    asked = {
        (component, port["port"])
        for policy in of_kind("NetworkPolicy").values()
        for rule in policy["spec"].get("ingress", [])
        for port in rule["ports"]
        for component in selected_by(policy)
    }
    assert asked == {
        ("web", 8000), ("web", 9464), ("metrics", 9464), ("pooler", 6432)
    }  # fmt: skip


@pytest.mark.parametrize("name", ["web", "metrics"])
def test_metrics_are_served_to_monitoring_alone(name):
    variables = variables_of(name)
    assert variables["METRICS_ADDRESS"] == "0.0.0.0"  # noqa: S104 - of the pod
    ports = {one["name"]: one["containerPort"] for one in container_of(name)["ports"]}
    assert str(ports["metrics"]) == variables["METRICS_PORT"]
    [rule] = of_kind("NetworkPolicy")["metrics-from-monitoring"]["spec"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": ports["metrics"]}]
    assert "g7plan.example/monitoring" in str(rule["from"])
    # The service of web processes leads to pages only.
    assert [one["port"] for one in of_kind("Service")["web"]["spec"]["ports"]] == [80]


def test_only_what_is_measured_sends_traces():
    assert may_send("to-monitoring") == set(OURS) - {"metrics", "migrate"}


# ---- The documents


def test_the_documents_name_every_secret():
    text = (ROOT / "docs/running.md").read_text("utf-8")
    section = text.partition("## Kubernetes")[2].partition("\n## ")[0]
    needed = set()
    for name in RUNNING:
        pod = str(pod_of(name))
        needed |= set(re.findall(r"'secretKeyRef': {'name': '([^']+)'", pod))
        needed |= set(re.findall(r"'secretName': '([^']+)'", pod))
        needed |= set(re.findall(r"'key': '([^']+-url|[^']+-key)'", pod))
    assert needed
    assert {one for one in needed if f"`{one}`" not in section} == set()


# Variables that no manifest names.
NOT_HERE = {
    "BREACHED_PASSWORDS": "a file, which an overlay gives",
    "DATABASE_POOL_SIZE": "its usual value",
    "DEBUG": "never in production",
    "ERASURES_FILE": "for the owner's commands, which no manifest runs",
    "KEEP_UNSENT_TEXT": "its usual value",
    "LINK_CHECKS": "its usual value",
    "PORT": "of a trial",
    "RATE_LIMITS": "its usual value",
    "REPORT_FONT_DIRS": "of the image",
    "STATIC_ROOT": "of the image",
    "TRUSTED_PROXIES": "addresses of pods change",
    "VAR_DIR": "of the image",
}
SECRETS = {
    "EMAIL_URL", "FILES_S3_ACCESS_KEY_ID", "FILES_S3_SECRET_ACCESS_KEY",
    "OIDC_CLIENT_SECRET", "REDIS_URL", "SECRET_KEY", "SECRET_KEY_FALLBACKS",
}  # fmt: skip


def given() -> dict[str, str]:
    text = (FOLDER / "settings.env").read_text("utf-8")
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def test_every_variable_has_one_place():
    text = (ROOT / "docs/running.md").read_text("utf-8")
    table = text.partition("## Every variable")[2].partition("\n## ")[0]
    firsts = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    every = {name for cell in firsts for name in re.findall(r"`(\w+)`", cell)}
    assert len(every) > 40
    of_pods = {name for pod in OURS for name in variables_of(pod)}
    of_pods -= {"WEB_CONCURRENCY"}  # the web server's own
    assert every == {*given(), *SECRETS, *of_pods, *NOT_HERE}
    assert not set(given()) & (SECRETS | of_pods | set(NOT_HERE))


def test_the_documents_name_the_secret_variables():
    text = (ROOT / "docs/running.md").read_text("utf-8")
    [row] = re.findall(r"^\| `g7plan` \| (.*) \|$", text, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == SECRETS


@pytest.mark.long
def test_the_product_takes_the_settings_as_they_are():
    """An empty value is a choice that was not made, and no mistake."""
    variables = {
        "PATH": os.environ["PATH"],
        "PROCESS": "web",
        "SECRET_KEY": "0123456789" * 6,
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DATABASE_URL": "postgresql://g7plan_app@127.0.0.1:1/g7plan",
        "DATABASE_POOLER": "1",
        **given(),
        "LEDGER_PUBLIC_KEY": "0123456789abcdef" * 4,
    }
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env={**variables, "DJANGO_SETTINGS_MODULE": "g7plan.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]


def test_only_pages_ask_a_provider_of_single_sign_on():
    assert may_send("to-provider") == {"web"}
