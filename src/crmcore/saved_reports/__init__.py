"""Reports as people keep them: a kind of report with what it is narrowed to, under a name (requirement X-ANA-05)."""

from crmcore.saved_reports.entity import SavedReport, SavedReportId

__all__ = ["SavedReport", "SavedReportId"]
