"""Letters by e-mail to people of the organisation: written down with what they tell of, sent by the worker."""
