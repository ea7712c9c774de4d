"""What a user can do, one function a verb; each is behind a seat and is one transaction."""
