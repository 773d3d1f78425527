"""What people see: pictures, the page, the command. Nothing imports it."""
