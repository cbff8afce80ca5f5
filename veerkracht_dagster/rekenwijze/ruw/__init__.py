"""One cell of a publisher's file: its text, and the number that it stands for."""
