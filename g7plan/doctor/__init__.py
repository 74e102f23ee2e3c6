"""What `manage.py doctor` tries, and what it says about it.

Each module has a list `TRIED`: a part, and a function that yields what it found out.
"""
