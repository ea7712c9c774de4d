"""A party's node: a thin shell over the library that keeps its evidence, its drafts and its keys."""
