"""What fits in a GSM message: the alphabet, SMS segments and USSD pages. Pure, no I/O."""
