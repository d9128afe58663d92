"""The web chat: its HTTP interface and its page."""
