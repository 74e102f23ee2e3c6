"""The pages of the update sheet: download, upload, preview, apply, report."""
