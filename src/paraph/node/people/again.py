"""Before a solemn act: the passkey once more, and then the form goes on with everything that was entered."""

from __future__ import annotations

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from paraph.errors import LocalActError
from paraph.node.people import presence
from paraph.node.people.challenges import new_challenge, take_challenge
from paraph.node.people.models import Officer
from paraph.node.people.passkeys import begin_assertion, finish_assertion
from paraph.node.people.refusals import errors_of
from paraph.node.web.navigation import came_from

__all__ = ["ANSWER", "PURPOSE", "ask", "options", "shown"]

ANSWER: Final = "passkey-again"
"""Name of the field with the browser's answer; ``passkey`` belongs to the form itself."""

PURPOSE: Final = "again"

MAX_CARRIED: Final = 256 * 1024
"""Characters of a form that is carried through the page: a long comment in three languages, not a text of a treaty."""

NOT_CARRIED: Final = frozenset({"csrfmiddlewaretoken", ANSWER})


def ask(request: HttpRequest) -> HttpResponse | None:
    """Ask for the passkey; None if the request brings the answer, and may go on.

    The page has every field of the form that was sent. Files cannot be put into a page: whoever sent some shows the passkey,
    goes back, and sends the form once more.
    """
    assert isinstance(request.user, Officer), "the gate asks officers only"
    problem: LocalActError | None = None
    if answer := request.POST.get(ANSWER, ""):
        problem = shown(request, request.user, answer)
        if problem is None:
            return None
    fields = [
        (name, value) for name, values in request.POST.lists() if name not in NOT_CARRIED for value in values
    ]
    carried = not request.FILES and sum(len(name) + len(str(value)) for name, value in fields) <= MAX_CARRIED
    action = (
        request.get_full_path()
        if carried
        else f"{reverse('people:again')}?{urlencode({'next': came_from(request) or request.path})}"
    )
    context: dict[str, Any] = {
        "fields": fields if carried else [],
        "carried": carried,
        "action": action,
        "answer": ANSWER,
        "errors": errors_of(problem),
        "options": options(request, request.user),
    }
    return render(request, "people/again.html", context, status=403)


def options(request: HttpRequest, officer: Officer) -> dict[str, Any]:
    """What the browser needs to ask for the passkey."""
    value = json.loads(begin_assertion(officer, new_challenge(request, PURPOSE)))
    assert isinstance(value, dict)
    return value


def shown(request: HttpRequest, officer: Officer, answer: str) -> LocalActError | None:
    """Take an answer; return what is wrong with it, if anything."""
    try:
        finish_assertion(officer, take_challenge(request, PURPOSE, answer), answer)
    except LocalActError as error:
        return error
    presence.show(request)
    return None
