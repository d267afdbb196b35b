"""Fields of forms with GOV.UK's markup: label, hint, error, and what assistive technology needs to join them.

Every field takes its value from ``entered`` and its error from ``errors`` of the page, unless it is given them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.datastructures import MultiValueDict

__all__ = ["register"]

register = template.Library()


def _entered(context: Mapping[str, Any], name: str, value: Any) -> Any:
    """What was sent wins over what was there before: an answer with an error loses nothing."""
    entered = context.get("entered")
    if entered is not None and name in entered:
        return entered[name]
    return "" if value is None else value


def _all_entered(context: Mapping[str, Any], name: str, values: Iterable[object]) -> list[str]:
    entered = context.get("entered")
    if entered is None:
        return [str(one) for one in values]
    if isinstance(entered, MultiValueDict):
        return [str(one) for one in entered.getlist(name)]
    kept = entered.get(name, ())
    return [kept] if isinstance(kept, str) else [str(one) for one in kept]


def _field(context: Mapping[str, Any], name: str, label: object, given: Mapping[str, Any]) -> dict[str, Any]:
    """What every field has."""
    errors = context.get("errors") or {}
    error = given.get("error") or (errors.get(name, "") if isinstance(errors, Mapping) else "")
    hint = given.get("hint", "")
    described = " ".join(
        f"{given.get('id') or name}-{part}" for part, shown in (("hint", hint), ("error", error)) if shown
    )
    return {
        **given,
        "name": name,
        "id": given.get("id") or name,
        "label": label,
        "hint": hint,
        "error": error,
        "described": described,
    }


@register.inclusion_tag("web/fields/text_input.html", takes_context=True)
def text_input(
    context: Mapping[str, Any], name: str, label: object, value: object = "", **given: Any
) -> dict[str, Any]:
    """One line of text."""
    return {**_field(context, name, label, given), "value": _entered(context, name, value)}


@register.inclusion_tag("web/fields/text_area.html", takes_context=True)
def text_area(
    context: Mapping[str, Any], name: str, label: object, value: object = "", **given: Any
) -> dict[str, Any]:
    """Several lines of text."""
    return {"rows": 5, **_field(context, name, label, given), "value": _entered(context, name, value)}


@register.inclusion_tag("web/fields/select_box.html", takes_context=True)
def select_box(
    context: Mapping[str, Any], name: str, label: object, choices: Iterable[Any], **given: Any
) -> dict[str, Any]:
    """One of many."""
    return _one_of(context, name, label, choices, **given)


@register.inclusion_tag("web/fields/file_input.html", takes_context=True)
def file_input(context: Mapping[str, Any], name: str, label: object, **given: Any) -> dict[str, Any]:
    """A file; browsers do not let a page keep what was chosen."""
    return _field(context, name, label, given)


@register.inclusion_tag("web/fields/choices.html", takes_context=True)
def radio_group(
    context: Mapping[str, Any], name: str, label: object, choices: Iterable[Any], **given: Any
) -> dict[str, Any]:
    """One of a few."""
    return {**_one_of(context, name, label, choices, **given), "kind": "radio", "group": "radios"}


@register.inclusion_tag("web/fields/choices.html", takes_context=True)
def checkbox_group(
    context: Mapping[str, Any],
    name: str,
    label: object,
    choices: Iterable[Any],
    values: Iterable[object] = (),
    **given: Any,
) -> dict[str, Any]:
    """Any number of a few."""
    field = _field(context, name, label, given)
    kept = _all_entered(context, name, values)
    return {
        **field,
        "kind": "checkbox",
        "group": "checkboxes",
        "choices": _choices(field["id"], choices, kept),
    }


@register.inclusion_tag("web/fields/checkbox.html", takes_context=True)
def checkbox(
    context: Mapping[str, Any],
    name: str,
    label: object,
    *,
    checked: bool = False,
    value: str = "yes",
    **given: Any,
) -> dict[str, Any]:
    """One thing to say yes to."""
    kept = _all_entered(context, name, [value] if checked else [])
    return {**_field(context, name, label, given), "value": value, "checked": str(value) in kept}


@register.inclusion_tag("web/fields/date_input.html", takes_context=True)
def date_input(
    context: Mapping[str, Any], name: str, label: object, value: object = "", **given: Any
) -> dict[str, Any]:
    """A day, as three numbers: no calendar to open, and no order of the parts to guess."""
    year, _, rest = str(value or "").partition("-")
    month, _, day = rest.partition("-")
    parts = {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
    entered = {part: _entered(context, f"{name}-{part}", kept) for part, kept in parts.items()}
    return {**_field(context, name, label, given), **entered}


@register.inclusion_tag("web/fields/submit.html")
def submit(label: object, kind: str = "", **given: Any) -> dict[str, Any]:
    """The button that sends a form; a second click while the first is on its way does nothing."""
    return {**given, "label": label, "kind": kind}


def _one_of(
    context: Mapping[str, Any],
    name: str,
    label: object,
    choices: Iterable[Any],
    value: object = "",
    **given: Any,
) -> dict[str, Any]:
    """A field with choices of which one is taken."""
    field = _field(context, name, label, given)
    kept = str(_entered(context, name, value))
    return {**field, "choices": _choices(field["id"], choices, [kept])}


def _choices(field: str, choices: Iterable[Any], kept: list[str]) -> list[dict[str, Any]]:
    """Choices as rows: the first has the id of the field, so that an error leads to it."""
    rows = []
    for index, choice in enumerate(choices):
        value, label, *rest = choice
        rows.append(
            {
                "id": field if index == 0 else f"{field}-{index + 1}",
                "value": value,
                "label": label,
                "hint": rest[0] if rest else "",
                "chosen": str(value) in kept,
            }
        )
    return rows
