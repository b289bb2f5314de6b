"""What can be dialled, whatever the channel: trees, their compiler, the engine that runs them."""
