"""How a rebuild is followed and helped: what whoever started it here gives the job, and gets back.

The job `bijwerken` is the rebuild, whoever asks: a sensor, the UI or the command. The command does
it in its own process, shows how far it is, and has processes to help.

Here: the object that goes along as a resource of the job. Not here: the job (`automatisering/`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from veerkracht_dagster.herbouw.resultaat import Resultaat
    from veerkracht_dagster.herbouw.uitvoeren import Uitvoerder
    from veerkracht_dagster.herbouw.werkers import Werkers


@dataclass
class Beloop:
    """Empty where the job runs by itself: then it takes its turn, and works alone.

    hier, werkers: what does the runs. aan_de_beurt: who started it has the turn already. resultaat,
    fout: what came of it, for who started it.
    """

    hier: Uitvoerder | None = None
    werkers: Werkers | None = None
    aan_de_beurt: bool = False
    resultaat: Resultaat | None = field(default=None, init=False)
    fout: BaseException | None = field(default=None, init=False)


def als_hulpbron(beloop: Beloop) -> dg.ResourceDefinition:
    """What goes along with the job, as Dagster wants it."""
    return dg.ResourceDefinition.hardcoded_resource(
        beloop, "Hoe een herbouw vanaf de opdrachtregel te volgen is."
    )
