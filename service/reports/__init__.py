"""The report: counting, hiding what could expose somebody, and saying it in Danish."""
