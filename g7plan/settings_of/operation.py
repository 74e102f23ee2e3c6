"""The settings of metrics and traces, from the environment."""

from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env()

# Where metrics are served. Nothing is measured without a port.
METRICS_PORT = env.int("METRICS_PORT", default=0)
METRICS_ADDRESS = env.str("METRICS_ADDRESS", default="127.0.0.1")
if not 0 <= METRICS_PORT < 65536:
    raise ImproperlyConfigured("METRICS_PORT must be a number from 1 to 65535.")

# Where traces are sent. The exporter reads this and its other variables by itself.
OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")

# The outermost middleware: they see every request.
OBSERVING = [
    *["g7plan.metrics.middleware.MeasureMiddleware"] * bool(METRICS_PORT),
    *["g7plan.traces.middleware.TraceMiddleware"] * bool(OTLP_ENDPOINT),
]
