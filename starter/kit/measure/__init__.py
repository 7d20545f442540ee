"""What is known exactly, and instruments. Given: not to be edited by students.

Closed forms, scores, a test for copies, sets of images to try them on, and checks of inputs.
"""
