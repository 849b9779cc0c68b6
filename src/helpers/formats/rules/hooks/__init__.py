"""What programs need beyond their descriptions, a module each."""
