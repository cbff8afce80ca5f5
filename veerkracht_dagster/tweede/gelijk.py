"""Whether two figures are the same.

Here: how far apart the same figure may lie. Not here: which figures are compared.
"""

from __future__ import annotations

from typing import Any

SPELING = 1e-9  # relative; both sides are floating point in another order


def gelijk(een: Any, ander: Any) -> bool:
    """The same figure but for the last bits; an absent text is an empty one."""
    een, ander = (None if x is None or x != x or x == "" else x for x in (een, ander))
    if een is None or ander is None or isinstance(een, str) or isinstance(ander, str):
        return bool(een == ander)
    return bool(abs(een - ander) <= SPELING * max(1.0, abs(ander)))
