"""Say clearly when this Python cannot run FlexMeasures."""

import shutil
import sys

if sys.version_info < (3, 11):
    sys.exit(
        f"FlexMeasures needs Python 3.11 or later; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11"
    )
if sys.version_info >= (3, 13) and not shutil.which("redis-server"):
    sys.stderr.write(
        "Python 3.13 and later have no packaged Redis: install redis-server, or set FLEXMEASURES_REDIS_URL, "
        "or use Python 3.11 or 3.12 (make PYTHON=python3.12).\n"
    )
