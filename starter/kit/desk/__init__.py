"""A student's answers: where they lie, how a cell fills a blank, every version of them, and where one stands.

Given: not to be edited by students.
"""
