"""What is declared: the text of policies, and what is true of it."""
