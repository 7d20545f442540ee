"""`python -m starter.kit`, which is `make check`."""

from .desk.terminal import main

if __name__ == "__main__":
    main()
