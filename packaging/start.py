"""Starts the bundled program."""

import sys

from bpsim.__main__ import main

sys.exit(main())
