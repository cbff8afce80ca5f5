"""A step that refuses some of its partitions says which, and why, so that the others can go on.

Belongs here: the failure of such a step, and reading it back. Not here: what is refused, or what is
done about it (`veerkracht_dagster/herbouw/`).
"""

from collections.abc import Mapping

import dagster as dg

GEWEIGERD = "geweigerd"  # of a failure: the message per partition


def weigering(meldingen: Mapping[str, str], *, van_welke: bool = True) -> dg.Failure:
    """The failure of a step: every message once, and beside it which partitions it is of.

    van_welke: whether that is known; if not, each partition is to be tried by itself.
    """
    return dg.Failure(
        "\n".join(dict.fromkeys(meldingen.values())),
        metadata={GEWEIGERD: dg.MetadataValue.json(dict(meldingen))} if van_welke else None,
        allow_retries=False,
    )


def geweigerd_in(gebeurtenis: dg.DagsterEvent) -> dict[str, str]:
    """The message per partition that a failed step refused; empty where it does not say."""
    gegevens = gebeurtenis.step_failure_data.user_failure_data
    waarde = gegevens.metadata.get(GEWEIGERD) if gegevens is not None else None
    inhoud = waarde.value if isinstance(waarde, dg.JsonMetadataValue) else None
    return dict(inhoud) if isinstance(inhoud, Mapping) else {}
