"""The web phone: dials the trees, live or drafts, as any provider's network would."""
