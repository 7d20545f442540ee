"""nbgrader's settings for WGAN Lab. Written by `make nbgrader`; change what you like."""

import re

from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import ClearSolutions

c = get_config()  # noqa: F821  nbgrader gives it


class Blanks(ClearSolutions):
    """Puts the blank of the student's sheet, which names its exercise, in the place of each solution."""

    def preprocess_cell(self, cell, resources, cell_index):
        exercise = re.match(r'@fills\("([\w.]+)"\)', cell.source)
        if exercise:
            self.code_stub = {"python": f'# YOUR CODE HERE\nraise Blank("{exercise[1]}")'}
        return super().preprocess_cell(cell, resources, cell_index)


steps = GenerateAssignment.class_traits()["preprocessors"].make_dynamic_default()
c.GenerateAssignment.preprocessors = [Blanks if step is ClearSolutions else step for step in steps]
c.CourseDirectory.course_id = "wgan-lab"
c.Execute.timeout = 120  # seconds for one cell; an answer without an end costs as much
c.OverwriteCells.add_missing_cells = True  # a locked cell that was deleted counts all the same
