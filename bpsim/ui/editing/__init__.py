"""Small dialogs in which values are typed."""
