"""Reader of Gitter archives."""
