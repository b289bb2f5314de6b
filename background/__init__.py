"""Work outside a request: RQ wakes a worker up, the database says what there is to do.

Redis may be flushed at any time: what a lost job would have done, the clock's sweeps do.
"""
