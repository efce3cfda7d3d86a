"""Where the journeys go, and what they share. One JSON object on standard input says which server and which key."""

import json
import sys

_given = json.load(sys.stdin)

ENDPOINT = _given["endpoint"]
HOST, _, _port = ENDPOINT.partition(":")
PORT = int(_port) if _port else None
SECURE = _given["secure"]
KEY_ID = _given["accessKeyId"]
KEY_SECRET = _given["accessKeySecret"]
REGION = _given["region"]


def check(what, actual, expected):
    """Ends the journey unless both are equal; otherwise says that the step holds."""
    if actual != expected:
        raise AssertionError(f"{what}: {actual!r} instead of {expected!r}")
    print(f"ok {what}")


def refused(what, call, code, code_of):
    """The call must be refused with the code, as the client surfaces it."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - clients raise classes of their own
        check(what, code_of(error), code)
        return
    raise AssertionError(f"{what}: not refused")
