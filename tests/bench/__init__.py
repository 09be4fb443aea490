"""How long a message takes, stage by stage, and what it costs; `make bench` prints it."""
