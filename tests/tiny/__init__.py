"""Four tiny real engines, one a medium, exact and quick, in numpy alone; a plug-in folder like any other."""
