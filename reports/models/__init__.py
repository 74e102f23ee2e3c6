"""Reports, their files, how they circulate, and when they are compiled."""

from reports.models.circulation import Circulation, FinalApproval
from reports.models.files import (
    FORMAT_PURPOSES,
    ReportCover,
    ReportFile,
    ReportManifest,
)
from reports.models.report import LINE_FIELDS, Report, ReportQuerySet
from reports.models.schedule import LAST_MONTH_DAY, TERMS, Schedule, ScheduleQuerySet

__all__ = [
    "FORMAT_PURPOSES",
    "LAST_MONTH_DAY",
    "LINE_FIELDS",
    "TERMS",
    "Circulation",
    "FinalApproval",
    "Report",
    "ReportCover",
    "ReportFile",
    "ReportManifest",
    "ReportQuerySet",
    "Schedule",
    "ScheduleQuerySet",
]
