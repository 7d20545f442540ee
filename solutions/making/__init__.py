"""What build.py and the Makefile call to make the course, a file a job.

sources        reads the sources of modules and notebooks, and says in a sentence what is wrong with one
new_exercise   writes the skeletons of a new exercise
handout        writes hand-outs, and over nothing that is somebody else's
releases       which group gets which answers, and from which day on
installing     makes a hand-out something that pip can install
guidance       builds the tables of the guide
slides         says of each cell of a lesson where it stands on a projector
quiz           makes the quiz for Moodle from the sources of notebook 91
pretrain       trains the networks in starter/kit/data/weights
"""
