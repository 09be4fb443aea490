"""The owner API, the pages a guest opens from a message, and what machines ask about our health."""
