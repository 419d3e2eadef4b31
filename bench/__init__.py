"""Benchmarks of the product against hand-written limits and against what people use today. See bench/README.md."""
