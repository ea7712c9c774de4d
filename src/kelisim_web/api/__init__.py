"""The interface for programs, under `/api/`: reading, and drafting. What binds the party is not in it."""
