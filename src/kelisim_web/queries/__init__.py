"""What a page or a command shows: frozen values, behind a seat."""
