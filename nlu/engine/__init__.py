"""What runs inside Rasa's own process (Python 3.10); nothing else of the product imports it."""
