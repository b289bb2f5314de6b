"""Whether announced waits come true: on simulated days, and on a real queue's history. Pure."""
