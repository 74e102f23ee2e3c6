"""`jq -r PATH`, for a path such as `.results[0].id`."""

import json
import re
import sys

PART = re.compile(r"\.(\w+)|\[(\d+)\]")

if __name__ == "__main__":
    option, path = sys.argv[1:]
    if option != "-r" or PART.sub("", path):
        sys.exit(f"jq of the tests knows only -r and plain paths, not {sys.argv[1:]}")
    value = json.load(sys.stdin)
    for name, place in PART.findall(path):
        value = value[name] if name else value[int(place)]
    text = value if isinstance(value, str) else json.dumps(value)
    sys.stdout.write(f"{text}\n")
