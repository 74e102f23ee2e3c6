"""The key with which a browser encrypts text that it could not send.

The key is made from the installation's secret and the person, and is stored nowhere.
Only that person is served it, while they are signed in. Without it, what a browser
keeps cannot be read: see docs/adr/0017-autosave-and-unsent-text.md.
"""

from base64 import b64encode

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import UserRequest


@never_cache
@require_safe
def unsent_text_key(request: UserRequest) -> HttpResponse:
    """Answer who is signed in, their key, and a token for forms of this session.

    The key is empty if this installation keeps no text in browsers.
    """
    return JsonResponse(
        {
            "person": str(request.user.pk),
            "key": key_of(request.user) if settings.KEEP_UNSENT_TEXT else "",
            "token": get_token(request),
        }
    )


def key_of(person: User) -> str:
    """Return the person's key: 32 bytes in Base64, the same at every sign-in."""
    made = salted_hmac("accounts.unsent_text", str(person.pk), algorithm="sha256")
    return b64encode(made.digest()).decode()
