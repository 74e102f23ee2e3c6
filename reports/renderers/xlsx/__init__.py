"""Renders the workbook of a report: one sheet for each way to read its positions."""

from reports.renderers.xlsx.document import render_xlsx

__all__ = ["render_xlsx"]
