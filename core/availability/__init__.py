"""What is free, for whom, and taking it off sale."""
