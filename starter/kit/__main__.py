"""`python -m starter.kit lab`, and the other commands of environment.py; alone, it is `make check`."""

import sys

from .environment import main

if __name__ == "__main__":
    main(*sys.argv[1:])
