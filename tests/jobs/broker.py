"""The broker of the tests, whose address some of them change."""

from kombu import pools

from g7plan.celery import app


def forget_connections() -> None:
    """Connect again with the next task: Celery keeps a pool for the first address."""
    pools.reset()
    app._after_fork()  # type: ignore[attr-defined]  # Celery 5.7
