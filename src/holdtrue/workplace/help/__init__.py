"""Who needs help: whoever answers for a device is told first, the security team once their time is up."""
