"""`atithi import ...`: what other systems wrote down is read in."""
