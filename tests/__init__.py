"""The tests. Where several processes share them (pytest -n), each computes with one thread unless told otherwise:

two with two threads each on two cores take longer than one alone. It is said here because this is read before numpy.
"""

import os

if "PYTEST_XDIST_WORKER" in os.environ:
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
