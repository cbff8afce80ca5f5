"""The project's own asset graph with empty bodies: what Dagster costs when nothing is computed.

Here: the same assets, partitions, mappings, checks, metadata and jobs, made from the definitions
themselves. Not here: measuring (`bench_land.py`); postponed annotations, which Dagster cannot read.
"""

from typing import Any

import dagster as dg

from veerkracht_dagster.herbouw.stappen import stapdefs
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.werkmap import Werkmap


class _Niets(dg.IOManager):
    """Keeps nothing, hands on nothing."""

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        pass

    def load_input(self, context: dg.InputContext) -> None:
        pass


def lege_defs(werkmap: Werkmap, **overrides: Any) -> dg.Definitions:
    """As `stapdefs`, with every body empty."""
    graaf = stapdefs(werkmap).resolve_asset_graph()
    echt = [asset for asset in graaf.assets_defs if asset.keys and asset.is_materializable]
    eigen = {asset.key for asset in echt}
    leveringen = [
        dg.AssetSpec(spec.key, group_name=spec.group_name, partitions_def=asset.partitions_def)
        for asset in graaf.assets_defs
        if not asset.is_materializable
        for spec in asset.specs
    ]
    assets = [*leveringen, *(_leeg(asset, eigen) for asset in echt)]
    hulp = {"werkplaats": Werkplaats.van(werkmap), "io_manager": _Niets()}
    return stapdefs(werkmap, assets=assets, resources=hulp, **overrides)


def _leeg(asset: dg.AssetsDefinition, eigen: set[dg.AssetKey]) -> dg.AssetsDefinition:
    spec = asset.get_asset_spec()
    controles = list(asset.check_specs)

    @dg.asset(
        key=spec.key,
        ins={
            naam: dg.AssetIn(sleutel, partition_mapping=asset.get_partition_mapping(sleutel))
            for naam, sleutel in asset.keys_by_input_name.items()
            if sleutel in eigen
        },
        deps=[dep for dep in spec.deps if dep.asset_key not in eigen],
        description=spec.description,
        metadata=spec.metadata,
        tags=spec.tags,
        group_name=spec.group_name,
        owners=spec.owners,
        code_version=spec.code_version,
        check_specs=controles,
        partitions_def=asset.partitions_def,
        backfill_policy=asset.backfill_policy,
    )
    def leeg(context: dg.AssetExecutionContext, **_invoer: Any):
        for controle in controles:
            yield dg.AssetCheckResult(passed=True, check_name=controle.name)
        for partitie in context.partition_keys:
            context.add_asset_metadata({"partitie": partitie}, partition_key=partitie)
        yield dg.Output(None, data_version=dg.DataVersion("leeg"))

    return leeg
