"""Figures, widgets, and for each lesson a module that draws. Given: not to be edited by students."""
