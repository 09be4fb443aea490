"""The nouns of the house: tables, money, stays and the moves a booking may make."""
