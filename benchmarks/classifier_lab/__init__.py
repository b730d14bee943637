"""Where the classifier of website/knowledge is trained and examined; nothing here is part of the product."""
