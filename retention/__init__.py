"""The law of the product: rules, deadlines, erasure and its proof; and the floor all rooms stand on."""
