"""Every page that is looked at in three languages, wide and narrow: append rows.

``address`` may name ``{dossier}``; ``stage`` is how far the dossier has come (``simulation.company.STAGES``), ``role`` who looks
(empty: nobody signed in), ``member`` at whose node (first, second, mediator).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PAGES", "ShownPage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """One row.

    Attributes:
        name: Names the pictures.
        address: The address, with ``{dossier}`` for the dossier's id.
        role: Role of the person, in all dossiers; empty for nobody.
        stage: Stage of the world.
        member: Whose node.
        status: Status of the answer.
    """

    name: str
    address: str
    role: str = ""
    stage: str = "agreed"
    member: str = "first"
    status: int = 200


PAGES: tuple[ShownPage, ...] = (
    # frame
    ShownPage(name="not-found", address="/nowhere", status=404),
    ShownPage(name="not-found-officer", address="/nowhere", role="treaty-officer", status=404),
    # people
    ShownPage(name="sign-in", address="/people/sign-in"),
    # desk
    # texts
    # signing
    # public
)
