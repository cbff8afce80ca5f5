"""The sample publisher over real HTTP on loopback: CBS, PDOK and the Leefbaarometer in one server.

Here: the urls, paging, limits and errors of the real services (`odata.py`, `bestanden.py`), what
is served (`aanbod.py`), really (`werkelijk.py`) or as it was assumed to be (`naief.py`), faults on
request (`storingen.py`), and the server (`server.py`). A publisher's host is the first part of the
path: `/datasets.cbs.nl/odata/v1/CBS/84799NED`.
Not here: the figures (`voorbeeldland/`), or the clients (`bronnen/ophalen/`).
"""

from veerkracht_dagster.voorbeeldland.uitgever.aanbod import Aanbod, aanbod_van_land
from veerkracht_dagster.voorbeeldland.uitgever.opgenomen import echt_aanbod
from veerkracht_dagster.voorbeeldland.uitgever.server import Uitgever

__all__ = ["Aanbod", "Uitgever", "aanbod_van_land", "echt_aanbod"]
