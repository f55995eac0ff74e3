"""Write every generated file anew: ``python tests/golden``."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from golden.files import write_all

    for name in write_all():
        print(f"written: {name}")
