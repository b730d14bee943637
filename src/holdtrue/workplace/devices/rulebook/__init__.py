"""The rulebook: rules as data, and the two evaluators that must agree on them."""
