"""What browsers refuse and where they report it, and who checks uploaded files."""

from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from progress.evidence.clamav import ScannerAddress

CSP_REPORTS_PATH = "/csp-reports/"
# The name under which the policy and the header below speak of that address.
_REPORT_GROUP = "csp"

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{f"{of}-src": [SELF] for of in ("script", "style", "img", "font", "connect")},
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Browsers that know `report-to` ignore `report-uri`. Others know only that.
        "report-uri": [CSP_REPORTS_PATH],
        "report-to": [_REPORT_GROUP],
    }
}
REPORTING_ENDPOINTS = f'{_REPORT_GROUP}="{CSP_REPORTS_PATH}"'

# Pages use none of these. Passkeys are asked for by our own pages only.
_REFUSED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media",
    "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
_OWN_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=()" for name in _REFUSED_FEATURES)]
    + [f"{name}=(self)" for name in _OWN_FEATURES]
)


def clamav_url(given: str) -> str:
    """Return the address of the scanner, or an empty text. Refuses one that is none."""
    try:
        if given:
            ScannerAddress.of(given)
    except ValueError as error:
        raise ImproperlyConfigured(f"CLAMAV_URL: {error}.") from error
    return given
