"""What moves training as a debugger does: breakpoints, running to a place, stepping into."""
