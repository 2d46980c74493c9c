"""What answers a reader's request: load, ask, render."""
