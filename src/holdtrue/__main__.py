"""`python -m holdtrue` is the command."""

import sys

from holdtrue.cli import main

sys.exit(main())
