"""How forms write and read dates and numbers in a language for which Django has no formats."""
