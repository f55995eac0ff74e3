"""``python -m crmcore.cli`` is ``crmcore``."""

import sys

from crmcore.cli import main

if __name__ == "__main__":
    sys.exit(main())
