"""The switch behind the vendors' HTTP interfaces."""
