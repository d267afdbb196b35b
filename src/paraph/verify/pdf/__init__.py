"""Verification of signed PDFs; see :func:`paraph.verify.pdf.file.verify_pdf`."""
