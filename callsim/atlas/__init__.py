"""The atlas: what every operation that ends something comes to in every state, found by running the model."""
