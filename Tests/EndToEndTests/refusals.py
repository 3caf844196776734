"""Starts that have to fail, with a sentence."""

from service import firstread


def refused(*arguments, **variables):
    """The one sentence that `serve` refuses to start with."""
    result = firstread("serve", *arguments, timeout=30, **variables)
    assert result.returncode in (1, 2, 64), (result.returncode, result.stdout, result.stderr)
    assert "ready" not in result.stdout
    assert result.stderr.strip() and "Fatal error" not in result.stderr, result.stderr
    return result.stderr


def ports(data):
    return ("--data", data, "--dicom-port", 0, "--hl7-port", 0, "--http-port", 0, "--open")
