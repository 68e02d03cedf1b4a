"""What engines share that read their prompt with the packaged text encoder."""


class Reads:
    """Counts the tokens of a prompt as that encoder does."""

    def count_tokens(self, prompt: str) -> tuple[int, int | None]:
        """Tokens of `prompt`, the two marks included, and the character after which they are lost (or None)."""
        from engines.nn.text import count

        return count(prompt)
