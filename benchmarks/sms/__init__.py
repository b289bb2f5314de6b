"""How fast SMS leave, and what a message costs the transaction that posts it."""
