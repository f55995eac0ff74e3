"""What happens when processes, servers and connections die at the wrong moment."""
