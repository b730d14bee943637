"""What is kept at the workplace: devices and the software on them."""
