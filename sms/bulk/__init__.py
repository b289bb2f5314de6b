"""One text to many: rows are read and looked at, then a person says go, and a job posts them."""
