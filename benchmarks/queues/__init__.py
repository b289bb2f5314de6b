"""How true the waits are that queues announce."""
