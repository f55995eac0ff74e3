"""Import and export: files of customers and contacts in and out (requirements X-ADM-08, X-ADM-10, 14.20)."""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports as _exports

if TYPE_CHECKING:
    from crmcore.exchange.actions import batch, batches, import_errors
    from crmcore.exchange.chunks import RowError
    from crmcore.exchange.entity import ExportRecord, ImportBatch, ImportBatchId, ImportState
    from crmcore.exchange.exporting import export, export_frame, exports
    from crmcore.exchange.kinds import columns_of
    from crmcore.exchange.mapping import Preview, preview
    from crmcore.exchange.offering import columns_offered, template
    from crmcore.exchange.outcomes import ImportResult
    from crmcore.exchange.plans import ImportPlan
    from crmcore.exchange.running import import_file
    from crmcore.exchange.sources import ImportFile, open_file
    from crmcore.exchange.undoing import ImportUndone, UndoResult, undo

__all__ = [
    "ExportRecord",
    "ImportBatch",
    "ImportBatchId",
    "ImportFile",
    "ImportPlan",
    "ImportResult",
    "ImportState",
    "ImportUndone",
    "Preview",
    "RowError",
    "UndoResult",
    "batch",
    "batches",
    "columns_of",
    "columns_offered",
    "export",
    "export_frame",
    "exports",
    "import_errors",
    "import_file",
    "open_file",
    "preview",
    "template",
    "undo",
]

_HERE = "crmcore.exchange"
__getattr__, __dir__ = _exports(
    __name__,
    {
        **dict.fromkeys(("batch", "batches", "import_errors"), f"{_HERE}.actions"),
        "RowError": f"{_HERE}.chunks",
        **dict.fromkeys(("ExportRecord", "ImportBatch", "ImportBatchId", "ImportState"), f"{_HERE}.entity"),
        **dict.fromkeys(("export", "export_frame", "exports"), f"{_HERE}.exporting"),
        "columns_of": f"{_HERE}.kinds",
        **dict.fromkeys(("Preview", "preview"), f"{_HERE}.mapping"),
        **dict.fromkeys(("columns_offered", "template"), f"{_HERE}.offering"),
        "ImportResult": f"{_HERE}.outcomes",
        "ImportPlan": f"{_HERE}.plans",
        "import_file": f"{_HERE}.running",
        **dict.fromkeys(("ImportFile", "open_file"), f"{_HERE}.sources"),
        **dict.fromkeys(("ImportUndone", "UndoResult", "undo"), f"{_HERE}.undoing"),
    },
)
