"""What is made to be looked at: reports as pages that open from disk."""
