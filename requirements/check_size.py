"""Say which of some files are too large to be committed."""

import sys
from pathlib import Path

LIMIT = 1_000_000  # bytes

too_large = [name for name in sys.argv[1:] if Path(name).stat().st_size > LIMIT]
if too_large:
    sys.exit(f"Larger than {LIMIT:,} bytes: {', '.join(too_large)}")
