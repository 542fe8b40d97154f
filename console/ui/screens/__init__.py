"""Screens: the desk, one event, help, notices. They compose widgets and hand their wishes to the services."""
