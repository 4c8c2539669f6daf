"""The lake: declared tables, the DuckLake catalogue, commits, views and questions. Only this package knows DuckLake."""
