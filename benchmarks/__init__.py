"""Benchmarks: what the product costs, beside yardsticks. README.md says how to read them."""
