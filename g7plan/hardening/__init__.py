"""What protects the product from hostile pages, clients and networks."""
