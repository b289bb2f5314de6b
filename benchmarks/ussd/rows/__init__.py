"""One module per question that the benchmark asks."""
