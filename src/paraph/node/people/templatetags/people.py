"""Words for roles and deeds."""

from __future__ import annotations

from django import template

from paraph.node.people.deeds import DEEDS
from paraph.node.people.role_names import ROLE_NAMES

__all__ = ["register"]

register = template.Library()


@register.filter
def role_name(role: object) -> str:
    """What a role is called."""
    return str(ROLE_NAMES.get(str(role), role))


@register.filter
def deed(what: object) -> str:
    """What an entry of the journal is called; empty if it has no other name than its own."""
    return str(DEEDS.get(str(what), ""))
