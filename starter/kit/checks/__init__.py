"""Checks: is an answer right and, if not, which mistake is it?

One file per module of exercises; base.py holds what they share.
"""

from .base import Report, check

__all__ = ["Report", "check"]
