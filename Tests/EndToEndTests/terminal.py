"""A real terminal (tmux) of a size, in which a command runs."""

import shlex
import subprocess

from service import BINARY, REPOSITORY
from waiting import eventually


class Terminal:
    def __init__(self, socket, columns=140, rows=40):
        self.socket, self.columns, self.rows = str(socket), columns, rows

    def tmux(self, *arguments, check=True):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *map(str, arguments)], capture_output=True, text=True, check=check, timeout=20).stdout

    def run(self, *command, **variables):
        """Variables are those of the command; TERM is what tmux is."""
        variables = {"TERM": "tmux-256color", "COLORTERM": "", "LC_ALL": "C.UTF-8", **variables}
        settings = " ".join(f"{name}={shlex.quote(str(value))}" for name, value in variables.items())
        shown = f"trap : INT; cd {shlex.quote(str(REPOSITORY))} && {settings} {shlex.join(map(str, command))}; echo ended with $?; sleep 600"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", self.columns, "-y", self.rows, "sh", "-c", shown)
        return self

    def board(self, *arguments, **variables):
        return self.run(BINARY, "board", *arguments, **variables)

    @property
    def screen(self):
        return self.tmux("capture-pane", "-p")

    @property
    def colours(self):
        """The screen with its escape sequences."""
        return self.tmux("capture-pane", "-p", "-e", "-N")

    @property
    def lines(self):
        return self.screen.splitlines()

    def press(self, *keys):
        """Keys by tmux's names: Enter, Down, C-l, a …"""
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def shows(self, *texts, within=30):
        eventually(lambda: all(text in self.screen for text in texts), within=within, what=f"{texts} on the screen:\n{self.screen}\n")

    def line(self, text):
        """The first line that holds the text."""
        return next((line for line in self.lines if text in line), "")

    def end(self):
        self.tmux("kill-server", check=False)

