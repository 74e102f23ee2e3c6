"""Ask the web server in this container whether it can serve. Exit with 1 if not."""  # noqa: INP001

import os
import sys
import urllib.request

# The server only answers to its own host names.
host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
request = urllib.request.Request("http://127.0.0.1:8000/readyz", headers={"Host": host})
try:
    urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
except OSError as error:
    sys.exit(f"not ready: {error}")
