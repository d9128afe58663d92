"""Small, honest measurements of the house on its two databases, side by side in one run."""
