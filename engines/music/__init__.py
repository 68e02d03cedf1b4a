"""What music is made of, without networks: keys and modes, metres, chords, events, and the words for them."""
