"""Danish pages: templates, one style sheet, small scripts that only add keyboard and comfort."""
