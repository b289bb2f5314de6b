"""The same conversation, served otherwise: what the product is measured against.

Each keeps its sessions in Redis (at REDIS_PORT), and listens on PORT. They import nothing of the
product, and nothing of each other but the conversation itself.
"""
