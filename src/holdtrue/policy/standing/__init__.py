"""What a policy commits to, the verdicts on it, and what they make of each clause."""
