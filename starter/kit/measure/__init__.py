"""What is known exactly, and instruments: closed forms, scores, valid inputs. Given: not to be edited by students."""
