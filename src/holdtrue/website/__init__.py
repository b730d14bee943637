"""The website half: what a site does to its visitors, held against what its policy says."""
