"""The websites that the organisation answers for."""
