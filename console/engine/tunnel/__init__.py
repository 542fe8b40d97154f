"""A program that leads from the internet to the port: started, watched and ended by the engine."""
