"""The sheet a picture is drawn on: paths by Agg, text by PIL, placed in parts of its width.

Here: units, fonts, wrapping. Not here: what is drawn (`afbeelding.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.path import Path as Pad
from matplotlib.transforms import Affine2D
from PIL import Image, ImageDraw, ImageFont

Letter = Literal["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"]
_MAAT = 900  # sizes in pixels are those on a sheet this wide
_VAK = Pad.unit_rectangle()


@cache
def _letter(naam: Letter, grootte: int) -> ImageFont.FreeTypeFont:
    # Matplotlib brings these fonts itself, so the picture is the same on every machine.
    return ImageFont.truetype(
        Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{naam}.ttf",
        grootte,
        layout_engine=ImageFont.Layout.BASIC,
    )


@dataclass(frozen=True)
class _Tekst:
    x: float
    y: float
    tekst: str
    letter: ImageFont.FreeTypeFont
    kleur: str
    anker: str


class Kaartblad:
    """A white sheet; x and y are parts of its width, from the bottom left corner."""

    def __init__(self, breedte: int, verhouding: float) -> None:
        self.breedte, self.hoogte = breedte, round(breedte * verhouding)
        # On a sheet of 900 a point is a pixel; on a wider one lines and hatching grow with it.
        self._agg = RendererAgg(self.breedte, self.hoogte, 72 * self.breedte / _MAAT)
        self._teksten: list[_Tekst] = []
        self.vak(0, 0, 1, verhouding, vulling="#ffffff")

    def vorm(
        self,
        pad: Pad,
        plaats: Affine2D,
        *,
        vulling: str | None = None,
        lijn: str | None = None,
        dikte: float = 0.0,
        arcering: str | None = None,
    ) -> None:
        """Draw a path: filled, outlined (`dikte` in pixels of a sheet of 900) or hatched."""
        gc = self._agg.new_gc()
        gc.set_linewidth(dikte if lijn else 0.0)
        gc.set_foreground(lijn or "#000000")
        gc.set_joinstyle("round")
        if arcering is not None:
            gc.set_hatch("///")
            gc.set_hatch_color(to_rgba(arcering))
            gc.set_hatch_linewidth(0.6)
        self._agg.draw_path(gc, pad, plaats, None if vulling is None else to_rgba(vulling))
        gc.restore()

    def vak(
        self,
        x: float,
        y: float,
        breedte: float,
        hoogte: float,
        *,
        vulling: str | None = None,
        lijn: str | None = None,
        arcering: str | None = None,
    ) -> None:
        """Draw a rectangle whose edges lie on whole pixels."""
        half = 0.5 if lijn else 0.0
        maat = [round(deel * self.breedte) for deel in (x, y, breedte, hoogte)]
        plaats = Affine2D().scale(maat[2], maat[3]).translate(maat[0] + half, maat[1] + half)
        self.vorm(_VAK, plaats, vulling=vulling, lijn=lijn, dikte=0.8, arcering=arcering)

    def tekst(
        self,
        x: float,
        y: float,
        tekst: str,
        *,
        px: float = 12,
        kleur: str = "#1f2328",
        letter: Letter = "DejaVuSans",
        anker: str = "ls",
    ) -> None:
        """Write a line; `anker` as PIL has it: `ls` from the left, `rs` to the right, `ms` mid."""
        font = _letter(letter, self._grootte(px))
        self._teksten.append(
            _Tekst(x * self.breedte, self.hoogte - y * self.breedte, tekst, font, kleur, anker)
        )

    def regels(
        self, tekst: str, breedte: float, *, px: float = 12, letter: Letter = "DejaVuSans"
    ) -> list[str]:
        """Break a text at its spaces into lines not wider than `breedte`."""
        font = _letter(letter, self._grootte(px))
        regels: list[str] = []
        for woord in tekst.split(" ") if tekst else []:  # not at a space that must not break
            langer = f"{regels[-1]} {woord}" if regels else woord
            if regels and font.getlength(langer) <= breedte * self.breedte:
                regels[-1] = langer
            else:
                regels.append(woord)
        return regels

    def beeld(self) -> Image.Image:
        """The finished sheet in RGB."""
        buffer = self._agg.buffer_rgba()
        # `convert` copies: the renderer owns its buffer.
        beeld = Image.frombuffer("RGBA", (self.breedte, self.hoogte), buffer).convert("RGB")
        pen = ImageDraw.Draw(beeld)
        for t in self._teksten:
            pen.text((round(t.x), round(t.y)), t.tekst, fill=t.kleur, font=t.letter, anchor=t.anker)
        return beeld

    def _grootte(self, px: float) -> int:
        return max(round(px * self.breedte / _MAAT), 6)
