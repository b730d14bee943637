"""What is known in general about cookies, storage keys and hosts: whose they are and what they are for.

A floor of the website half: it knows none of its neighbours, no framework, no clock and no network. `library` looks things up,
`proposals` says what a policy could declare, `imported` takes what an organisation brings itself; `classifier` guesses about
the rest, and `advice` puts guess and knowledge side by side.
"""
