"""The words of citizens in their languages, for those who know the languages."""
