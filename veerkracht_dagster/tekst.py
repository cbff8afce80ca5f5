"""How text columns are kept in memory.

Here: one setting for the whole process. Not here: any text.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

# Most of our tables are small and wide: with Arrow-backed text, pandas spends a fifth of the time
# of a rebuild on going to and fro (measured on the sample).
pd.options.mode.string_storage = "python"
TEKST = pd.StringDtype("python", na_value=np.nan)
