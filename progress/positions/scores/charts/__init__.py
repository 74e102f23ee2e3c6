"""The charts of released scores. Every number is of `progress.assessments.figures`."""
