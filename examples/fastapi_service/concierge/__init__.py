"""Hotel concierge service that stores guests' messages and recalls them in later chats."""
