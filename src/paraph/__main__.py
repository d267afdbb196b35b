"""``python -m paraph``."""

import sys

from paraph.cli.main import main

sys.exit(main())
