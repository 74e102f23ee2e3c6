"""How long requests take, for Prometheus, on a port of its own.

Each web process counts in files of a folder. A small process beside them adds the files
up and serves the sums: see `g7plan.metrics.server`. What is in the database and the
queue is measured by one process for all: see `g7plan.monitoring`.

No label names a member, a person, a plan or an entry. All that changes something is
counted together: a count of its own would reveal each publication.
"""
