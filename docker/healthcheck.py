"""Ask the web server in this container whether it can serve. Exit with 1 if not.

python docker/healthcheck.py [readyz | healthz]
"""  # noqa: INP001

import os
import sys
import urllib.request

# The server only answers to its own host names.
host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
path = sys.argv[1] if len(sys.argv) > 1 else "readyz"
address = f"http://127.0.0.1:8000/{path}"
request = urllib.request.Request(address, headers={"Host": host})
try:
    urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
except OSError as error:
    sys.exit(f"{path}: {error}")
