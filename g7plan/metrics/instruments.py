"""What web processes count. They need `PROMETHEUS_MULTIPROC_DIR` before this import."""

from prometheus_client import CollectorRegistry, Counter, Histogram

# Seconds. A page should take less than 0.25, and is ended by the database after 5.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REGISTRY = CollectorRegistry()
SECONDS = Histogram(
    "g7plan_request_seconds",
    "Time until an answer begins, by the name of the route.",
    ["route"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
ANSWERS = Counter(
    "g7plan_answers",
    "Answers, by the name of the route and the class of the status.",
    ["route", "status"],
    registry=REGISTRY,
)
