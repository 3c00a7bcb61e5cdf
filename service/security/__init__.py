"""Who may do what, and proof that a form comes from our own page."""
