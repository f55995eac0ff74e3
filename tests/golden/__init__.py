"""Everything that is made from the code and kept in the repository, so that a change of it shows as a reviewed diff.

``python tests/golden`` writes it anew; ``test_golden.py`` fails while it is not current.
"""
