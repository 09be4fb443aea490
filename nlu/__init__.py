"""The language: what Rasa reads, and the few parts of ours that live in its process."""
