"""What private feeds hold: codes, members, days and links. Nothing amber, no words."""
