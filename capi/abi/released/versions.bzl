"""The released versions whose headers are kept here."""

RELEASED = ["0.1"]
