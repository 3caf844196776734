"""Films and heat maps as a page shows them, held against pydicom's pixels and a window worked out by hand."""

import io

import numpy
import pydicom
import pytest
from objects import radiograph, slice_of_ct, write
from PIL import Image
from senders import store
from waiting import done
from web_client import WebClient


@pytest.fixture
def film(service, objects_folder):
    stored = write(radiograph(rows=200, columns=160), objects_folder)
    store(service.dicom_port, [stored])
    done(service, stored.study_instance_uid)
    return stored


@pytest.fixture
def web(service):
    return WebClient(service)


def picture(web, film, query):
    answer = web.ask(f"studies/{film.study_instance_uid}/images/{film.sop_instance_uid}/film.png{query}")
    assert answer.status == 200, answer.body
    assert answer.headers["Content-Type"] == "image/png"
    image = Image.open(io.BytesIO(answer.body))
    assert image.mode == "L"
    return answer, numpy.asarray(image)


def test_a_window_is_applied_in_the_films_own_units(web, film):
    values = pydicom.dcmread(film.path).pixel_array.astype(float)
    answer, grey = picture(web, film, "?size=4096&center=1500&width=801")
    # PS3.3 section C.11.2.1.2.1: (x - (c - 0.5)) / (w - 1) + 0.5.
    expected = numpy.clip((values - 1499.5) / 800 + 0.5, 0, 1) * 255
    assert grey.shape == values.shape and numpy.abs(grey - expected).max() <= 0.51
    assert float(answer.headers["X-Window-Center"]) == 1500 and float(answer.headers["X-Window-Width"]) == 801


def test_the_answer_says_what_another_window_can_be_made_of(web, film):
    values = pydicom.dcmread(film.path).pixel_array
    answer, _ = picture(web, film, "")
    assert float(answer.headers["X-Value-Minimum"]) == values.min() and float(answer.headers["X-Value-Maximum"]) == values.max()
    assert (int(answer.headers["X-Rows"]), int(answer.headers["X-Columns"])) == values.shape


@pytest.mark.parametrize("size, shape", [(100, (100, 80)), (16, (16, 13)), (1000, (200, 160))])
def test_the_longest_side_is_at_most_the_size_and_the_aspect_stays(web, film, size, shape):
    assert picture(web, film, f"?size={size}")[1].shape == shape


def test_a_heat_map_lies_exactly_over_the_film_and_is_clear_where_it_is_low(web, film):
    answer = web.ask(f"studies/{film.study_instance_uid}/images/{film.sop_instance_uid}/heatmap.png?finding=effusion")
    assert answer.status == 200, answer.body
    image = Image.open(io.BytesIO(answer.body))
    assert image.mode == "RGBA" and image.size == (160, 200)
    alpha = numpy.asarray(image)[:, :, 3]
    assert alpha.min() == 0


@pytest.mark.parametrize("query, status", [
    ("?size=15", 400), ("?size=99999", 400), ("?size=x", 400), ("?center=1", 400), ("?center=1&width=0", 400), ("?center=nan&width=10", 400), ("?frame=1", 404),
])
def test_what_cannot_be_drawn_is_refused(web, film, query, status):
    answer = web.ask(f"studies/{film.study_instance_uid}/images/{film.sop_instance_uid}/film.png{query}")
    assert answer.status == status and answer.json["what_to_do"]


def test_an_image_of_another_study_is_not_there(web, film):
    assert web.ask(f"studies/1.2.3/images/{film.sop_instance_uid}/film.png").status == 404
    assert web.ask(f"studies/{film.study_instance_uid}/images/1.2.3/film.png").status == 404
    assert web.ask(f"studies/{film.study_instance_uid}/images/{film.sop_instance_uid}/heatmap.png?finding=nothing").status == 404
    assert web.ask(f"studies/{film.study_instance_uid}/images/{film.sop_instance_uid}/heatmap.png").status == 400


def test_a_slice_has_a_film_and_no_heat_map(service, web, objects_folder):
    stored = write(slice_of_ct(), objects_folder)
    store(service.dicom_port, [stored])
    done(service, stored.study_instance_uid)
    [image] = web.ask(f"explain/{stored.study_instance_uid}").json["instances"]
    assert image["has_film"] and not image["is_scored"] and image["unscored_reason"]
    picture(web, stored, "?size=64")
    assert web.ask(f"studies/{stored.study_instance_uid}/images/{stored.sop_instance_uid}/heatmap.png?finding=effusion").status == 404
