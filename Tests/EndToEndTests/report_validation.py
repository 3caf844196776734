"""Structured reports, held against three validators: dicom3tools' dciodvfy, PixelMed's DicomSRValidator, DCMTK's dsrdump."""

import subprocess

from service import environment

# The rules of DicomSRValidator are longer than what Java's XSLT processor takes unless told to.
_JAVA = {"JAVA_TOOL_OPTIONS": " ".join(f"-Djdk.xml.{limit}=0" for limit in ("xpathTotalOpLimit", "xpathExprOpLimit", "xpathExprGrpLimit"))}

# What dciodvfy warns of, and why it stands: docs/dicom.md.
_ACCEPTED_WARNINGS = (
    "Unrecognized defined term <99FIRSTREAD>",
    "for value 1 of attribute <Coding Scheme UID>",
    "Retired Person Name form",
)

# Its table of CID 100, which is extensible, is that of 2019; the standard has had the code since.
_YOUNGER_THAN_THE_VALIDATOR = '(43468-8,LN,"XR unspecified body region") not found in context group 100'


def _run(*command, **variables):
    result = subprocess.run(
        list(map(str, command)), env=environment(**variables), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=800)
    return result.returncode, [line for line in result.stdout.splitlines() if line.strip()]


def dciodvfy(path):
    """Fails on every error, and on each warning that is not accepted."""
    _, lines = _run("dciodvfy", path)
    assert [line for line in lines if line.startswith("Error")] == []
    unexpected = [line for line in lines if line.startswith("Warning") and not any(known in line for known in _ACCEPTED_WARNINGS)]
    assert unexpected == []
    return lines


def dsrdump(path):
    status, lines = _run("dsrdump", "+Pc", path)
    assert status == 0, lines
    return "\n".join(lines)


def dicom_sr_validator(path):
    """PixelMed's; the template that it recognised, after failing on every error."""
    _, lines = _run("DicomSRValidator", path, **_JAVA)
    errors = [line for line in lines if line.startswith("Error") or "Exception" in line]
    assert [line for line in errors if not line.endswith(_YOUNGER_THAN_THE_VALIDATOR)] == []
    assert "Root Template Validation Complete" in lines, lines
    return next(line for line in lines if line.startswith("Found Root Template"))
