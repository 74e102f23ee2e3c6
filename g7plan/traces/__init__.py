"""Traces by OpenTelemetry, sent where `OTEL_EXPORTER_OTLP_ENDPOINT` says."""
