"""The resource `webhooks`: endpoints, their secrets and their deliveries."""
