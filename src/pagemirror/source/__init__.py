"""The Git side: what a folder holds at one commit. Looks, and changes nothing."""
