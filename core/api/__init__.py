"""What every room's API is made of: versions as ETags, one error shape, paging, throttles."""
