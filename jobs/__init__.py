"""The door of time: the command line, the workers, the supervisor."""
