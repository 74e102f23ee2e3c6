"""What can be done with a report, one module for each subject."""
