"""Channels to listings. All publishers, people and articles in these tests are made up."""
