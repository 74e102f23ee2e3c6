"""Serve the state of the system to Prometheus, until it is stopped."""

import signal
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import Metric

from g7plan.monitoring.state import StateCollector
from g7plan.settings_of.operation import METRICS_ADDRESS, METRICS_PORT

STOPPING = {signal.SIGINT, signal.SIGTERM}


class ServedState(StateCollector):
    """The state for a thread that answers once, and then needs no connection."""

    def collect(self) -> Iterator[Metric]:
        try:
            yield from super().collect()
        finally:
            connections.close_all()


class Command(BaseCommand):
    help = "Serve the state of the database, the queue, jobs and tasks to Prometheus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="print it, and end")

    def handle(self, *_arguments: Any, once: bool, **_options: Any) -> None:
        registry = CollectorRegistry(auto_describe=False)
        if once:
            registry.register(StateCollector())
            self.stdout.write(generate_latest(registry).decode(), ending="")
            return
        if not METRICS_PORT:
            raise CommandError("METRICS_PORT is not set. Set it to a port of its own.")
        registry.register(ServedState())
        # Before the threads, so that none of them takes the signal.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            server, thread = start_http_server(METRICS_PORT, METRICS_ADDRESS, registry)
        except OSError as error:
            raise CommandError(f"METRICS_PORT {METRICS_PORT}: {error}") from error
        signal.sigwait(STOPPING)
        server.shutdown()
        thread.join()
