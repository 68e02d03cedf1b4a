# Sets $python to an interpreter Darkroom runs on: $DARKROOM_PYTHON, else 3.12, else another from 3.11 to 3.13.
python=
for candidate in "${DARKROOM_PYTHON:-python3.12}" python3.12 python3.13 python3.11 python3 python; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Darkroom needs Python 3.11, 3.12 or 3.13 and found none: install one (python.org, or your system's packages)," >&2
    echo "or name it: DARKROOM_PYTHON=/path/to/python3.12 packaging/run" >&2
    exit 2
fi
