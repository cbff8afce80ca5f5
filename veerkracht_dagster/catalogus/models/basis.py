"""What every model of the catalogue is made of.

Here: `Model`, and values that may be written in more than one way.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Niveau = Literal["buurt", "wijk"]


def _breuk(waarde: object) -> object:
    """A threshold may be written as a fraction ('200/3'), so that it is exact to the last bit."""
    try:
        return float(Fraction(waarde)) if isinstance(waarde, str) else waarde
    except (ValueError, ArithmeticError):
        raise ValueError(f"{waarde!r} is geen getal, en geen breuk als 200/3") from None


Getal = Annotated[float, BeforeValidator(_breuk), Field(allow_inf_nan=False)]


def _als_lijst(waarde: object) -> object:
    return [waarde] if isinstance(waarde, str) else waarde


# One name, or several where the publisher changed it over the years.
Namen = Annotated[list[str], BeforeValidator(_als_lijst)]


def zelfde(tekst: str | None) -> str:
    """A text without case and with every run of blanks, also non-breaking ones, as one."""
    return " ".join((tekst or "").replace("\xa0", " ").split()).casefold()


class Model(BaseModel):
    """Every entry: unknown keys are refused, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)
