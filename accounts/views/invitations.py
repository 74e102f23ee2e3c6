"""What every page says after it invited a person, or asked for a second one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.mail import Delivery, send_invitation
from accounts.models import PendingGrant, User
from accounts.requests import UserRequest


def show_invitation(request: UserRequest, person: User) -> None:
    """Mail the link, and show whether a server took the mail."""
    show_delivery(request, send_invitation(person), person.email)


def show_delivery(request: UserRequest, delivery: Delivery, email: str) -> None:
    names = {"email": email}
    if delivery is Delivery.TAKEN:
        sentence = _("An invitation has been sent to %(email)s.")
        messages.success(request, sentence % names)
        return
    if delivery is Delivery.UNWRITABLE:
        sentence = _(
            "No mail can be written to %(email)s. Deactivate this account, and invite"
            " the person with a correct address."
        )
    else:
        sentence = _(
            "The account exists, but the mail server did not take the invitation to"
            " %(email)s. Open the account and invite the person again later."
        )
    messages.error(request, sentence % names)


def grant_asked(request: UserRequest, grant: PendingGrant) -> HttpResponse:
    """Say that a second administrator must agree, and lead to the request."""
    sentence = _(
        "Asked. It takes effect when another administrator agrees. They and the"
        " heads of the delegation are notified."
    )
    messages.success(request, sentence)
    return redirect("accounts:grant-detail", grant.pk)
