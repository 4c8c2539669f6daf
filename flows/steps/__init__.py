"""The steps behind the flow files: they join the pure functions to the lake. No Prefect: workers start fast."""
