"""What the tests over the wire share: a service, a receiving system, a folder for objects."""

import pytest

from receiving_system import Receiver
from service import BINARY, Service
from terminal import Terminal


def pytest_configure(config):
    if not BINARY.exists() and not config.getoption("collectonly"):
        raise pytest.UsageError(f"{BINARY} is not there: run scripts/setup, or set FIRSTREAD_BINARY")


@pytest.fixture
def objects_folder(tmp_path):
    folder = tmp_path / "objects"
    folder.mkdir()
    return folder


@pytest.fixture
def receiver():
    """A receiving system that accepts everything until told otherwise; whatever it could not read is a failure."""
    with Receiver() as receiver:
        yield receiver
    assert receiver.errors == []


@pytest.fixture
def start_service(tmp_path):
    """Starts services that are stopped, and have to stop cleanly, at the end of the test."""
    started = []

    def start(*options, name="data", **settings):
        service = Service(tmp_path / name, *options, **settings)
        started.append(service)
        return service.start()

    yield start
    running = [service for service in started if service.is_running]
    try:
        for service in running:
            service.stop()
    finally:
        for service in running:
            service.kill()


@pytest.fixture
def service(start_service):
    """A service without a feed."""
    return start_service()


@pytest.fixture
def announcing(start_service, receiver):
    """A service whose feed is `receiver`."""
    return start_service("--feed", receiver.address)


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path / "tmux")
    yield terminal
    terminal.end()
