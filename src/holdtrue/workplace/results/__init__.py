"""What other programs that people already run say of devices, and what the security team takes it to mean."""
