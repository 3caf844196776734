"""The page in a real browser: what a radiologist sees and does there."""

import json
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser import DESKTOP, PHONE, SMALL, canvas_sum, chromium, order, row, sign_in, visit
from objects import write_study
from people import LEAD, READER, Client, users_file
from senders import store
from service import REPOSITORY
from waiting import done, eventually

SAMPLES = ["02-normal-uncompressed", "08-hand", "11-normal-child", "16-normal-rle-stat", "19-pneumonia-frontal-and-lateral", "26-effusion-big-endian"]
PATIENT = {"effusion": "FR-0026", "normal": "FR-0016", "hand": "FR-0008", "other normal": "FR-0002"}


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def guarded(start_service, tmp_path):
    """The sample studies, drafts, three people; failures of other tests' sign-ins don't count here."""
    service = start_service("--drafts", "on", "--users", users_file(tmp_path / "users.json"), "--sign-in-attempts", 100, open_access=False)
    return with_samples(service)


@pytest.fixture
def opened(start_service):
    return with_samples(start_service("--drafts", "on"))


def with_samples(service):
    orders = REPOSITORY / "SampleStudies/orders.json"
    subprocess.run([REPOSITORY / ".build/release/stand-in-pacs", "order", "--to", f"127.0.0.1:{service.hl7_port}", "--orders", orders], check=True, stdout=subprocess.DEVNULL)
    for name in SAMPLES:
        subprocess.run(
            ["dcmsend", "--decompress-never", "+sd", "+r", "-aec", "FIRSTREAD", "127.0.0.1", str(service.dicom_port), REPOSITORY / "SampleStudies" / name],
            check=True, stderr=subprocess.DEVNULL)
    eventually(lambda: len(items := service.worklist()) == len(SAMPLES) and all(item["state"] in ("scored", "unscored") for item in items), within=120, what="the samples being done")
    eventually(lambda: study(service, "normal")["draft_report"], what="a draft")
    return service


def study(service, which):
    return next(item for item in service.worklist("--all") if item["patient_id"] == PATIENT[which])


def uid(service, which):
    return study(service, which)["study_instance_uid"]


def open_study(page, study):
    row(page, study).click()
    expect(page.locator("#study-name")).to_be_visible()
    expect(page.locator("#reasons")).to_be_visible()


def film_drawn(page):
    eventually(lambda: canvas_sum(page, 0) > 0, what="the film being drawn")


def test_nobody_sees_anything_without_signing_in(browser, guarded):
    page = visit(browser, guarded)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.locator("#in")).to_be_hidden()
    assert "FR-00" not in page.content()
    sign_in(page, READER, "eleven blue heron")
    expect(page.locator("#sign-in-told")).to_contain_text("name or password is wrong")
    assert "FR-00" not in page.content()
    sign_in(page, READER)
    expect(page.locator("#rows .row")).to_have_count(len(SAMPLES))
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert "FR-00" not in page.content()
    assert page.troubles == []


def test_the_page_shows_the_list_of_the_service_and_moves_with_it(browser, guarded, objects_folder):
    page = sign_in(visit(browser, guarded), READER)
    expect(page.locator("#rows .row")).to_have_count(len(SAMPLES))
    assert order(page) == [item["study_instance_uid"] for item in guarded.worklist()]
    page.keyboard.press("j")
    page.keyboard.press("j")
    selected = page.evaluate("document.activeElement.dataset.uid")
    [film] = write_study(objects_folder)
    store(guarded.dicom_port, [film])
    expect(row(page, film.study_instance_uid)).to_be_visible()
    done(guarded, film.study_instance_uid)
    eventually(lambda: order(page) == [item["study_instance_uid"] for item in guarded.worklist()], what="the page's order being the list's")
    # A lead puts the last one first: every row below moves, and the selection goes with its study.
    last = order(page)[-1]
    assert Client(guarded.http_port).sign_in(LEAD).ask("POST", f"/api/v1/studies/{last}/pin", {"reason": "asked for by phone"})[0] == 200
    eventually(lambda: order(page)[0] == last, what="the pinned study being first")
    assert order(page) == [item["study_instance_uid"] for item in guarded.worklist()]
    assert page.evaluate("document.activeElement.dataset.uid") == selected
    expect(row(page, selected)).to_have_attribute("aria-selected", "true")
    assert page.troubles == []


def test_a_draft_is_edited_and_signed_and_a_second_browser_sees_it(browser, guarded):
    one, other = (sign_in(visit(browser, guarded), name) for name in (READER, LEAD))
    normal = uid(guarded, "normal")
    for page in (one, other):
        open_study(page, normal)
        expect(page.locator(".draft .stamp")).to_have_text("DRAFT")
    one.get_by_role("button", name="Edit").click()
    one.get_by_label("Text to sign").fill("Impression\nNo acute finding. Compared with nothing.")
    one.get_by_role("button", name="Sign this text").click()
    expect(one.get_by_role("dialog")).to_contain_text(READER)
    one.get_by_role("dialog").get_by_role("button", name="Sign").click()
    for page in (one, other):
        expect(row(page, normal)).to_have_count(0)
        expect(page.locator(".draft .stamp")).to_have_text("Report, signed")
        expect(page.locator(".draft")).to_contain_text("Compared with nothing.")
    item = study(guarded, "normal")
    assert item["state"] == "reported"
    signed = guarded.command("report", "show", item["draft_report"], "--json").stdout
    assert READER in signed and "Compared with nothing." in json.loads(signed)["text"]
    assert one.troubles == other.troubles == []


def test_a_draft_that_is_withdrawn_while_somebody_edits_it_is_not_lost_and_not_signed(browser, guarded):
    page = sign_in(visit(browser, guarded), READER)
    normal = uid(guarded, "normal")
    open_study(page, normal)
    page.keyboard.press("e")
    page.get_by_label("Text to sign").fill("My own words.")
    report = study(guarded, "normal")["draft_report"]
    assert guarded.command("report", "reject", report, "--by", "Somebody else", "--reason", "rib fracture").returncode == 0
    expect(page.locator(".draft .problem")).to_contain_text("rib fracture", timeout=30_000)
    expect(page.get_by_label("Text to sign")).to_have_value("My own words.")
    expect(page.get_by_role("button", name="Sign this text")).to_be_disabled()


def test_a_rejected_draft_leaves_the_study_on_the_list(browser, guarded):
    page = sign_in(visit(browser, guarded), READER)
    normal = uid(guarded, "normal")
    open_study(page, normal)
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    expect(page.get_by_role("dialog")).to_contain_text("Why is missing")
    page.get_by_label("Why", exact=True).fill("rib fracture")
    page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    expect(page.locator(".draft .stamp")).to_have_text("Draft, rejected")
    expect(row(page, normal)).to_be_visible()
    assert study(guarded, "normal")["state"] == "scored"


def test_what_a_role_may_not_do_is_not_offered(browser, guarded):
    normal = uid(guarded, "normal")
    for name, offered, withheld in [(READER, ["Read it", "Sign…", "Edit", "Reject…"], ["Put first…"]), (LEAD, ["Read it", "Put first…"], ["Sign…", "Edit", "Reject…"])]:
        page = sign_in(visit(browser, guarded), name)
        open_study(page, normal)
        expect(page.locator(".draft .stamp")).to_have_text("DRAFT")
        for button in offered:
            expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()
        for button in withheld:
            expect(page.get_by_role("button", name=button, exact=True)).to_have_count(0)


def test_two_readers_see_who_reads_what(browser, guarded):
    one, other = (sign_in(visit(browser, guarded), name) for name in (READER, LEAD))
    effusion = uid(guarded, "effusion")
    open_study(one, effusion)
    one.get_by_role("button", name="Read it").click()
    expect(row(other, effusion).locator(".state")).to_contain_text(f"reading{READER}")
    one.get_by_role("button", name="Give it back").click()
    expect(row(other, effusion).locator(".state")).to_contain_text("scored")


def test_an_act_without_the_sessions_token_is_refused(browser, guarded):
    page = sign_in(visit(browser, guarded), READER)
    expect(page.locator("#rows .row")).to_have_count(len(SAMPLES))
    effusion = uid(guarded, "effusion")
    status = page.evaluate(
        "path => fetch(path, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }).then(answer => answer.status)", f"/api/v1/studies/{effusion}/claim")
    assert status == 403 and study(guarded, "effusion")["reader"] is None


def test_the_film_is_windowed_and_zoomed_and_the_heat_map_lies_over_it(browser, opened):
    page = visit(browser, opened)
    open_study(page, uid(opened, "effusion"))
    film_drawn(page)
    bare = [canvas_sum(page, channel) for channel in range(3)]
    assert bare[0] == bare[1] == bare[2], "a film is grey"
    slider = page.get_by_label("Strength of the heat map")
    differences = []
    for strength in (30, 60, 100):
        slider.fill(str(strength))
        eventually(lambda: (drawn := canvas_sum(page, 0) - canvas_sum(page, 2)) > 0 and drawn not in differences, what="the map being drawn")
        differences.append(canvas_sum(page, 0) - canvas_sum(page, 2))
    assert differences == sorted(differences), "a stronger map is redder"
    slider.fill("0")
    eventually(lambda: [canvas_sum(page, channel) for channel in range(3)] == bare, what="the bare film")

    page.get_by_role("button", name="Invert").click()
    assert canvas_sum(page, 0) != bare[0]
    page.get_by_role("button", name="Invert").click()
    width = page.locator("#film-width")
    before = float(width.input_value())
    width.fill(str(before / 4))
    width.press("Enter")
    eventually(lambda: canvas_sum(page, 0) != bare[0], what="another window")
    box = page.locator(".film canvas").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 200)
    page.mouse.up()
    eventually(lambda: float(width.input_value()) > before / 4, what="a wider window")
    page.get_by_role("button", name="Fit").click()
    eventually(lambda: canvas_sum(page, 0) == bare[0], what="the film as it was")
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.wheel(0, -300)
    eventually(lambda: canvas_sum(page, 0) != bare[0], what="the film being nearer")
    assert page.troubles == []


def test_everything_goes_by_the_keyboard_from_the_list_to_the_signature(browser, guarded):
    page = visit(browser, guarded)
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type(READER)
    page.keyboard.press("Tab")
    page.keyboard.type("eleven blue herons")
    page.keyboard.press("Enter")
    expect(page.locator("#rows .row")).to_have_count(len(SAMPLES))
    normal = uid(guarded, "normal")
    for _ in range(order(page).index(normal) + 1):
        page.keyboard.press("j")
    assert page.evaluate("document.activeElement.dataset.uid") == normal
    page.keyboard.press("Enter")
    expect(page.locator(".draft .stamp")).to_have_text("DRAFT")
    page.keyboard.press("h")
    expect(page.locator("#map-strength")).to_have_value("60")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Give it back")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_label("Text to sign")).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Seen by eye. ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".draft .stamp")).to_have_text("Report, signed")
    expect(page.locator(".draft")).to_contain_text("Seen by eye.")
    page.keyboard.press("Escape")
    expect(page.locator("#study")).to_be_hidden()
    assert study(guarded, "normal")["state"] == "reported"


def test_search_finds_and_says_what_it_hides_and_escape_shows_all(browser, opened):
    page = visit(browser, opened)
    expect(page.locator("#rows .row")).to_have_count(len(SAMPLES))
    page.keyboard.press("/")
    page.keyboard.type("fr-0026")
    assert order(page) == [uid(opened, "effusion")]
    expect(page.locator("#hidden-studies")).to_contain_text(f"{len(SAMPLES) - 1} studies not shown")
    page.keyboard.press("Escape")
    expect(page.locator("#rows .row")).to_have_count(len(SAMPLES))
    expect(page.locator("#hidden-studies")).to_have_text("")
    page.locator("#categories button", has_text="unscored").click()
    assert order(page) == [uid(opened, "hand")]
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_without_sign_in_the_page_says_so_and_every_act_asks_for_a_name(browser, opened):
    page = visit(browser, opened)
    expect(page.locator("#open")).to_be_visible()
    open_study(page, uid(opened, "effusion"))
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("dialog").get_by_role("button", name="Read it").click()
    expect(page.get_by_role("dialog")).to_contain_text("Your name is missing")
    page.get_by_label("Your name").fill("Dr. Berg")
    page.get_by_role("dialog").get_by_role("button", name="Read it").click()
    expect(row(page, uid(opened, "effusion")).locator(".state")).to_contain_text("Dr. Berg")


def test_what_comes_from_outside_never_becomes_markup(browser, opened, objects_folder):
    page = visit(browser, opened)
    [film] = write_study(objects_folder, PatientName="<b>bold</b>^<script>", StudyDescription="<img src=x onerror=document.title='taken'>")
    store(opened.dicom_port, [film])
    open_study(page, film.study_instance_uid)
    expect(page.locator("#study-name")).to_contain_text("<b>bold</b> <script>")
    expect(page.locator("#study .facts").first).to_contain_text("<img src=x onerror=document.title='taken'>")
    assert page.locator("#room img, #rows b, #study-name b, #room script").count() == 0 and page.title() != "taken"
    assert page.troubles == []


def test_when_the_service_is_gone_the_page_says_so_and_comes_back_by_itself(browser, opened):
    page = visit(browser, opened)
    expect(page.locator("#rows .row")).to_have_count(len(SAMPLES))
    opened.kill()
    expect(page.locator("#silence")).to_contain_text("does not answer since", timeout=40_000)
    assert len(order(page)) == len(SAMPLES)
    assert page.evaluate("Number(getComputedStyle(document.getElementById('list')).opacity)") < 1
    opened.start()
    expect(page.locator("#silence")).to_be_hidden(timeout=40_000)
    eventually(lambda: order(page) == [item["study_instance_uid"] for item in opened.worklist()], what="the list being the service's again")


def test_a_session_that_ends_takes_the_patients_off_the_page(browser, start_service, tmp_path):
    users = users_file(tmp_path / "users.json")
    service = with_samples(start_service("--drafts", "on", "--users", users, open_access=False))
    page = sign_in(visit(browser, service), READER)
    open_study(page, uid(service, "effusion"))
    service.restart()  # sessions live in memory
    expect(page.locator("#sign-in-told")).to_contain_text("session has ended", timeout=40_000)
    assert "FR-00" not in page.content()
    sign_in(page, READER)
    # Back where one was.
    expect(page.locator("#study-name")).to_contain_text("Sample")


@pytest.mark.parametrize("size", [DESKTOP, SMALL, PHONE], ids=["desktop", "1024", "phone"])
def test_nothing_is_cut_and_no_rule_of_accessibility_is_broken(browser, opened, size):
    page = visit(browser, opened, size)
    expect(page.locator("#rows .row")).to_have_count(len(SAMPLES))

    def hold(view):
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], view
        found = Axe().run(page).response["violations"]
        assert found == [], (view, [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found])

    hold("list")
    open_study(page, uid(opened, "normal"))
    film_drawn(page)
    hold("study with a draft")
    page.keyboard.press("e")
    hold("editing")
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Sign").first.click()
    hold("dialog")
    page.keyboard.press("Escape")
    page.goto(f"http://127.0.0.1:{opened.http_port}/#/waits")
    expect(page.locator("#waits img")).to_have_count(2)
    hold("waits")
    assert page.troubles == []


def test_the_sign_in_breaks_no_rule_of_accessibility(browser, guarded):
    page = visit(browser, guarded, PHONE)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_phone_moves_and_pinches_the_film(browser, opened):
    page = visit(browser, opened, PHONE, has_touch=True, is_mobile=True)
    open_study(page, uid(opened, "effusion"))
    film_drawn(page)
    expect(page.get_by_role("button", name="← List")).to_be_visible()
    before = canvas_sum(page, 0)
    box = page.locator(".film canvas").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    touch = page.context.new_cdp_session(page)
    for kind, apart in [("touchStart", 20), ("touchMove", 60), ("touchMove", 110)]:
        points = [{"x": middle[0] + side * apart, "y": middle[1], "id": index} for index, side in enumerate((-1, 1))]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    eventually(lambda: canvas_sum(page, 0) != before, what="the film being nearer")
    page.get_by_role("button", name="← List").click()
    expect(page.locator("#study")).to_be_hidden()
