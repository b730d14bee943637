"""Policy text: documents, versions, differences and lint."""
