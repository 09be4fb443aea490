"""How fast rooms are held and sold, beside the least a database can do and beside a library of the field."""
