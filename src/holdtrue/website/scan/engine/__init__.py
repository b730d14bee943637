"""The scanner's eye: drives a browser over a site and tells what it stores and sends. It knows no framework."""
