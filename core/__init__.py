"""The verbs of the house: what a booking desk decides, one file per decision."""
