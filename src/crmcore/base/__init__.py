"""What every other part stands on; it knows nothing about customers."""
