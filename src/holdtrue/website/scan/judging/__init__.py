"""One module for each thing that is held against policy and law: what is stored, declared, sent, asked."""
