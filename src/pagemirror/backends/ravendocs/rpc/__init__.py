"""The dialect that the published server answers: POST-only calls, a token from a login, a trash, positions."""
