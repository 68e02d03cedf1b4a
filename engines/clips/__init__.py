"""What clips are made with that no network makes: optical flow and morphs, a moving camera, colours held, reels."""
