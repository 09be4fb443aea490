"""What it costs, what secures it, and what cancelling costs."""
