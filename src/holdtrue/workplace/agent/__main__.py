"""`python -m holdtrue.workplace.agent`: the agent without the rest of the command line."""

import sys

from .command import main

sys.exit(main())
