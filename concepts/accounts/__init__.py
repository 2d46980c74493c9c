"""Who comes in: log-in, its throttle, the second factor, one-time links, the admin's site."""
