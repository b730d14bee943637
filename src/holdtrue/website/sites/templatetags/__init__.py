"""Words of the inventory in templates."""
