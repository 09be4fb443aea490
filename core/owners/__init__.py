"""What owners and staff ask and order, whichever chat or page they use."""
