"""Exemptions: dated, reasoned, scoped departures from a clause, by explicit written consent of the security team."""
