"""USSD dials a second, and what each costs, beside other ways of doing the same."""
