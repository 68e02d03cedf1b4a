"""A surface as a picture: made ready, seen by a camera, lit and drawn. numpy only."""
