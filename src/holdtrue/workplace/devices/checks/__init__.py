"""What the facts of a device mean: pure functions, one module per thing that is checked."""
