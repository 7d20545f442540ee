"""What is known exactly, and instruments. Given: not to be edited by students.

Closed forms, scores, a test for copies, sets of images to try them on, a check-up for runs, and checks of inputs.
"""

from .checkup import checkup

__all__ = ["checkup"]
