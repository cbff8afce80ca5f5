"""What every model of the catalogue is made of.

Here: `Model`, and values that may be written in more than one way.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict

Niveau = Literal["buurt", "wijk"]


def _breuk(waarde: object) -> object:
    """A threshold may be written as a fraction ('200/3'), so that it is exact to the last bit."""
    return float(Fraction(waarde)) if isinstance(waarde, str) else waarde


Getal = Annotated[float, BeforeValidator(_breuk)]


def _als_lijst(waarde: object) -> object:
    return [waarde] if isinstance(waarde, str) else waarde


# One name, or several where the publisher changed it over the years.
Namen = Annotated[list[str], BeforeValidator(_als_lijst)]


class Model(BaseModel):
    """Every entry: unknown keys are refused, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)
