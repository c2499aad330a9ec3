"""What we are doing: objectives, portfolios, programmes, projects, status updates."""
