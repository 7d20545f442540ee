"""Sheets as assignments of nbgrader and of Otter: `make nbgrader` and `make otter`.

The text, the blanks and the solutions are those of the sheets. Below the cell of each exercise stands a locked cell
that runs the same check; points and partial credit are those of solutions/grade/marks.py. In the grader's hands each
kernel gets a new, empty folder for answers, so that nobody inherits what another submission has saved.
"""
