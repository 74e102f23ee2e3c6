"""The state of the whole system as metrics: the database, the queue, jobs and tasks."""
