"""Sign-up of agents at the local service: endpoints, storage and the identity provider."""
