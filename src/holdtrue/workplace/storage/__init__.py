"""Where work is kept: the approved cloud storage, whether devices use it, and what is done when a device is lost."""
