"""The agent's desk: a counter, who is at it, who waits for it, and what can be done with them."""
