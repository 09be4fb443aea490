"""The outside world for demos and tests: phones, providers and a bank that exist only on this machine."""
