"""Results of programs that people already run: OpenSCAP, Lynis, InSpec, Fleet, spreadsheets."""
