"""Nodes whose operators run another program: each lie is one way to break the rules.

A liar has its own keys, sees what its node receives, and can make and send anything under its own name. Otherwise its node
and its people do what honest ones do; a lie is told when its moment has come, once or a few times.

At most one lie is told in a schedule, drawn from its seed; some take two nodes in league. What is told, delivered, refused
and proved is counted (``Liars.tally``), so that a campaign can show what was tried and what came of it.

``craft`` makes what nobody checked; ``lie`` has the words; the other modules are the families of lies.
"""

from __future__ import annotations

from paraph.simulation.liars.liars import LIES, Liars, Plot, draw_plot

__all__ = ["LIES", "Liars", "Plot", "draw_plot"]
