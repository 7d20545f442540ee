"""Marks for what students returned: `make grade FOLDER=returned`.

submissions.py   reads folders, zips and notebooks as a learning platform exports them
box.py           starts a box for each student, in which nothing of the course's secrets lies
inside.py        what runs in the box: one process for each exercise
alike.py         answers that are the reference's, or another student's, under other names
marks.py         points, and the one place where their rule stands
report.py        the table for a spreadsheet, and the page to read
"""
