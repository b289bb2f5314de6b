"""What a hall shows: the board on its wall, and the slip for those without a phone."""
