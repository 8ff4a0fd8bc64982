"""Which homographies a camera could make, and which pictures are the same."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from retrieval.geometric_verification import (
    MAX_COLOUR_DIFFERENCE,
    MIN_AGREEMENT,
    MIN_INLIERS,
    Overlay,
    compare,
    fit,
    is_sane,
    match,
)
from retrieval.local_features import colour_view, find_points, grey_view, no_points

SHAPE = (200, 160)


def picture(seed=0, size=(160, 200)):
    """Blots of colour on paper, as unlike those of another seed as two prints are."""
    rng = np.random.default_rng(seed)
    canvas = np.full((size[1], size[0], 3), 230, np.uint8)
    for _ in range(120):
        centre = tuple(int(value) for value in rng.integers(0, size))
        colour = tuple(int(value) for value in rng.integers(0, 255, 3))
        cv2.circle(canvas, centre, int(rng.integers(3, 14)), colour, -1)
    return canvas


def points(colours):
    return find_points(grey_view(colours), 200)


def warped(colours, homography, size=(240, 260)):
    return cv2.warpPerspective(colours, homography, size, borderValue=(90, 120, 60))


TURN = np.array([[0.9, -0.35, 80], [0.3, 0.95, 5], [0.0002, 0.0003, 1.0]])


def test_a_turned_and_tilted_picture_is_found_where_it_lies():
    original = picture()
    photo = warped(original, TURN)
    found = fit(points(photo), points(original))
    assert found is not None
    assert found.inliers >= 3 * MIN_INLIERS
    assert found.spread > 0.5
    corner = found.homography @ [160, 200, 1]
    expected = TURN @ [160, 200, 1]
    assert np.linalg.norm(corner[:2] / corner[2] - expected[:2] / expected[2]) < 4
    overlay = compare(photo, original, found.homography)
    assert overlay.same
    assert overlay.agreement > 0.9


def test_another_picture_does_not_fit():
    assert fit(points(picture(1)), points(picture(2))) is None


def test_a_mirrored_picture_does_not_fit():
    original = picture()
    assert fit(points(np.ascontiguousarray(original[:, ::-1])), points(original)) is None


def test_two_things_on_the_same_floor_fit_but_do_not_agree():
    floor = picture(3, (320, 320))
    first, second = floor.copy(), floor.copy()
    first[60:260, 60:260], second[60:260, 60:260] = picture(4, (200, 200)), picture(5, (200, 200))
    found = fit(points(first), points(second))
    assert found is not None
    assert compare(first, second, found.homography).agreement < MIN_AGREEMENT


def test_another_colour_differs_and_less_light_does_not():
    original = picture()
    still = np.eye(3)
    assert compare((original // 4).astype(np.uint8), original, still).same
    recoloured = compare(np.ascontiguousarray(original[..., ::-1]), original, still)
    assert recoloured.colour_difference > MAX_COLOUR_DIFFERENCE
    grey, black = (np.full((96, 96, 3), 250, np.uint8) for _ in range(2))
    grey[20:76, 20:76], black[20:76, 20:76] = 130, 10
    assert compare(black, black, still).same
    assert compare(grey, black, still).agreement > MIN_AGREEMENT
    assert not compare(grey, black, still).same


@pytest.mark.parametrize(
    "homography",
    [
        np.diag([-1.0, 1, 1]),  # mirrored
        np.diag([0.05, 0.05, 1]),  # a speck
        np.diag([20.0, 20, 1]),  # huge
        np.diag([8.0, 1, 1]),  # squeezed
        np.array([[1, 0, 0], [0, 1, 0], [-0.02, 0, 1.0]]),  # partly behind the camera
        np.zeros((3, 3)),
        np.full((3, 3), np.nan),
    ],
)
def test_what_no_camera_makes(homography):
    assert not is_sane(homography, SHAPE)


@settings(max_examples=50)
@given(st.floats(-180, 180), st.floats(0.2, 4), st.floats(-500, 500))
def test_every_turn_scale_and_shift_is_sane(angle, scale, shift):
    matrix = np.vstack([cv2.getRotationMatrix2D((80, 100), angle, scale), [0, 0, 1]])
    matrix[:2, 2] += shift
    assert is_sane(matrix, SHAPE)


def test_what_cannot_be_compared_does_not_agree():
    original = picture()
    far_away = np.array([[1, 0, 1000], [0, 1, 0], [0, 0, 1.0]])
    flat = np.full((*SHAPE, 3), 128, np.uint8)
    assert compare(original, original, far_away) == Overlay()
    assert compare(flat, flat, np.eye(3)) == Overlay()
    assert compare(original[:5, :5], original[:5, :5], np.eye(3)) == Overlay()
    assert compare(original, original, np.eye(3)).same


def test_a_picture_without_points_matches_nothing():
    one_colour = points(np.full((200, 160, 3), 90, np.uint8))
    assert len(one_colour) == 0
    assert len(match(one_colour, points(picture()))) == 0
    assert fit(no_points(), points(picture())) is None
    assert len(points(np.zeros((1, 1, 3), np.uint8))) == 0


def test_views_are_bounded_and_stretched():
    dim = Image.effect_noise((900, 600), 10).convert("RGB")
    colours = colour_view(dim, 256)
    assert colours.shape == (171, 256, 3)
    grey = grey_view(colours)
    assert (grey.min(), grey.max()) == (0, 255)
    assert colour_view(Image.new("RGB", (5000, 2)), 256).shape == (1, 256, 3)
