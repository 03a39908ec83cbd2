"""What is always true of a switch: its laws, by name, checked in full or only where a command has just been.

A law is a function of the switch and one thing in it, and says what is wrong with that thing, or None. `check` asks the
laws of the things an outcome touched, cheaply enough to be on in every run; `check_all` asks every law of everything.
`Watch` adds the one thing that a look at the present cannot tell: that what was settled once has stayed as it was.
"""

from callsim.properties.laws import LAWS, Law
from callsim.properties.watch import Watch, check, check_all

__all__ = ["LAWS", "Law", "Watch", "check", "check_all"]
