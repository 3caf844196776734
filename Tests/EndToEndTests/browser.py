"""Debian's Chromium, driven by Playwright: a page that tells every script error and every request to another host."""

from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from people import PASSWORDS

CHROMIUM = "/usr/bin/chromium"
DESKTOP, SMALL, PHONE = (1440, 900), (1024, 768), (390, 844)


@contextmanager
def chromium():
    """Chromium refuses to run as root inside its own sandbox; the pages are ours alone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def visit(browser, service, size=DESKTOP, **options):
    """A page in a profile of its own, at the service's address; its `troubles` have to stay empty."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
    page = context.new_page()
    page.troubles = []
    own = f"127.0.0.1:{service.http_port}"
    page.on("pageerror", lambda error: page.troubles.append(f"script: {error}"))
    page.on("console", lambda message: "Content Security Policy" in message.text and page.troubles.append(message.text))
    page.on("request", lambda request: request.url.startswith(("blob:", "data:")) or urlsplit(request.url).netloc == own or page.troubles.append(f"request to {request.url}"))
    page.goto(f"http://{own}/")
    return page


def sign_in(page, name, password=None):
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORDS[name] if password is None else password)
    page.get_by_role("button", name="Sign in").click()
    return page


def order(page):
    """The Study Instance UIDs of the rows, from top to bottom."""
    return page.eval_on_selector_all("#rows .row", "rows => rows.map(row => row.dataset.uid)")


def row(page, study):
    return page.locator(f'.row[data-uid="{study}"]')


def canvas_sum(page, channel):
    """The sum of one channel (0 red … 3 alpha) of the film as it is drawn."""
    return page.evaluate(
        """channel => { const canvas = document.querySelector(".film canvas");
           const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
           let sum = 0; for (let at = channel; at < data.length; at += 4) sum += data[at]; return sum; }""", channel)
