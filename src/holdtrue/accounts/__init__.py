"""People, the roles they hold, how they sign in, and the tokens that machines carry."""
