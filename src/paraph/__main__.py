"""``python -m paraph``."""

from __future__ import annotations

import sys

from paraph.cli.main import main

sys.exit(main())
