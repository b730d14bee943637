"""The agent: it reads this device's facts and sends them, signed, to the organisation's server. Standard library only."""
