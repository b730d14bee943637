"""The evidence log: what happened, hashed into a tree, signed, provable without us."""
