"""`python -m starter.kit`, which is `make check`: where you stand."""

import sys

from . import course, progress

try:
    print(progress())
except course.CourseError as error:
    sys.exit(str(error))
