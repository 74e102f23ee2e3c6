"""The names that sets of values have in the schema: drf-spectacular's setting."""

ENUM_NAMES = {
    "ChangeKind": "progress.changes.change.ChangeKind",
    "EntryKind": "progress.models.Entry.Kind",
    "EvidenceKind": "progress.models.Evidence.Kind",
    "Handling": "progress.models.Handling",
    "InstrumentKind": "commitments.models.Instrument.Kind",
    "MemberKind": "accounts.models.Member.Kind",
    "ReaderKind": "api.resources.me.ReaderKind",
    "ReportCirculation": "reports.models.Report.Circulation",
    "ReportFormat": "reports.models.ReportFile.Format",
    "ReportLayout": "reports.models.Report.Layout",
    "ReportKind": "reports.models.Report.Kind",
    "ReportState": "reports.models.Report.State",
    "ReportStep": "reports.models.Report.Step",
    "Role": "accounts.models.Role",
    "Scope": "accounts.models.Scope",
    "State": "progress.models.State",
    "Status": "progress.models.Status",
    "StocktakeState": "progress.models.Stocktake.State",
    "Verb": "progress.transitions.Verb",
}
