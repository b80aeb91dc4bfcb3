"""The smallest Django site that sends files, for the tests against real servers."""
