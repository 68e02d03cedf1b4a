"""Checkpoints of the diffusers world, driven through the library's own pipelines by one adapter.

The scheduler's class is exchanged for a subclass that reports every step (`tap`), a greenlet turns the pipeline's call
into a generator (`turns`), numbers given to it may follow curves (`live`), and its state is shown through the space of
its autoencoder (`space`, `linear`). No family has code of its own here; what cannot be derived is a table (`facts`).
"""
