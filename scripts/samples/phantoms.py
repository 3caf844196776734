"""Drawn pictures: projections and slices of ellipsoids and rods. No patient had a part in them.

    phantoms.lateral(512)     a chest from the side, 0 (black) … 1 (white)
    phantoms.hand(512)        a hand
"""

import numpy as np
from scipy import ndimage


def _grid(size):
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    return y, x


def _thickness(size, centre, axes, degrees=0.0):
    """How much of an ellipsoid each ray crosses: 1 through its middle, 0 beside it. Centre and axes as (x, y), in half pictures."""
    y, x = _grid(size)
    turn = np.deg2rad(degrees)
    u = (x - centre[0]) * np.cos(turn) + (y - centre[1]) * np.sin(turn)
    v = -(x - centre[0]) * np.sin(turn) + (y - centre[1]) * np.cos(turn)
    return np.sqrt(np.clip(1 - (u / axes[0]) ** 2 - (v / axes[1]) ** 2, 0, None))


def _inside(size, centre, axes, degrees=0.0):
    return ndimage.gaussian_filter((_thickness(size, centre, axes, degrees) > 0).astype(float), size / 700)


def _rod(size, start, end, radius, hollow=0.5):
    """A tube seen from the side, denser at its walls, as the shaft of a bone is."""
    y, x = _grid(size)
    (x0, y0), (x1, y1) = start, end
    along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2), 0, 1)
    waist = radius * (0.72 + 0.28 * (2 * along - 1) ** 2)
    distance = np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)) / waist
    outer = np.sqrt(np.clip(1 - distance**2, 0, None))
    inner = np.sqrt(np.clip(1 - (distance / 0.75) ** 2, 0, None))
    return outer - hollow * inner


def _film(density, seed, blur=0.9, grain=0.006):
    """Attenuation to film: 0 … 1, the scatter's blur and the detector's noise with it."""
    value = 1 - np.exp(-density)
    value = ndimage.gaussian_filter(value, blur)
    value = value + np.random.default_rng(seed).normal(0, grain, value.shape)
    return np.clip(value, 0, 1)


def lateral(size, seed=1):
    """A chest from the left side: the trunk with spine, breastbone, heart, diaphragm and ribs, as ellipsoids."""
    y, x = _grid(size)
    density = 1.7 * _thickness(size, (0.0, 0.15), (0.72, 1.35))
    density -= 1.05 * _thickness(size, (0.03, -0.12), (0.52, 0.68), 6)
    density += 0.75 * _thickness(size, (-0.24, 0.22), (0.27, 0.33), -25)
    density += 0.25 * _thickness(size, (0.0, -0.12), (0.12, 0.12))
    below = 1 / (1 + np.exp(-(y - 0.62 - 0.28 * x + 0.42 * x**2) * 60))
    density += 0.85 * below * _thickness(size, (0.02, 0.45), (0.66, 0.75))
    for number in range(13):
        height = -0.95 + 0.155 * number
        bend = 0.47 + 0.09 * np.sin((height + 0.6) * 1.9)
        density += 0.5 * _thickness(size, (bend, height), (0.105, 0.066), 8)
        density += 0.22 * _thickness(size, (bend + 0.13, height + 0.04), (0.09, 0.03), 25)
    for number in range(9):
        height = -0.72 + 0.15 * number
        curve = np.abs(y - height - 0.28 * (0.4 - x) - 0.1 * (x - 0.1) ** 2)
        density += 0.13 * np.exp(-((curve / 0.018) ** 2)) * _inside(size, (0.02, -0.05), (0.56, 0.78))
    density += 0.35 * _rod(size, (-0.5, -0.45), (-0.57, 0.25), 0.05, 0.3)
    density += 0.5 * _thickness(size, (0.18, -0.98), (0.34, 0.36))
    return _film(density, seed)


def hand(size, seed=2):
    """A hand from behind: five rays of three or four bones each over two rows of carpal bones."""
    density = np.zeros((size, size))
    palm = _thickness(size, (0.02, 0.28), (0.5, 0.5))
    fingers = [
        # base, direction in degrees from straight up, lengths of metacarpal and phalanges
        ((-0.33, 0.5), -52, (0.34, 0.25, 0.19)),
        ((-0.2, 0.38), -13, (0.46, 0.3, 0.2, 0.13)),
        ((-0.05, 0.34), -2, (0.46, 0.33, 0.22, 0.14)),
        ((0.1, 0.37), 7, (0.42, 0.3, 0.21, 0.13)),
        ((0.23, 0.43), 19, (0.38, 0.24, 0.15, 0.12)),
    ]
    soft = 0.62 * palm
    for base, degrees, lengths in fingers:
        turn = np.deg2rad(degrees)
        step = np.array([np.sin(turn), -np.cos(turn)])
        start = np.array(base)
        for number, length in enumerate(lengths):
            end = start + step * length
            radius = 0.062 - 0.008 * number
            density += 0.75 * _rod(size, start + step * 0.012, end - step * 0.012, radius)
            if number:
                soft = np.maximum(soft, 0.5 * _rod(size, start, end, 0.115 - 0.008 * number, 0.0))
            start = end
    for row, (height, count) in enumerate(((0.53, 4), (0.66, 3))):
        for number in range(count):
            density += 0.55 * _thickness(size, (-0.2 + 0.135 * number + 0.04 * row, height + 0.02 * (number % 2)), (0.075, 0.068))
    density += 0.95 * _rod(size, (-0.14, 0.78), (-0.13, 1.4), 0.15)
    density += 0.85 * _rod(size, (0.17, 0.78), (0.16, 1.4), 0.1)
    soft = np.maximum(soft, 0.6 * _rod(size, (0.01, 0.6), (0.01, 1.4), 0.42, 0.0))
    return _film(density + soft, seed)


def ct_thorax(size, level, seed=3):
    """An axial slice in Hounsfield units; `level` 0 … 1 goes from the arch of the aorta to the heart."""
    value = np.full((size, size), -1000.0)

    def put(hounsfield, centre, axes, degrees=0.0):
        mask = _inside(size, centre, axes, degrees)
        value[:] = value * (1 - mask) + hounsfield * mask

    put(-95, (0, 0.0), (0.86, 0.62))
    put(45, (0, 0.0), (0.8, 0.56))
    put(-840, (-0.4, -0.02), (0.31, 0.44), -8)
    put(-840, (0.4, -0.02), (0.31, 0.44), 8)
    put(40, (0.02 + 0.1 * level, -0.08), (0.16 + 0.16 * level, 0.2 + 0.08 * level), 20)
    put(150, (0.1, -0.02), (0.08 + 0.08 * level, 0.09 + 0.05 * level))
    put(140, (0.13, 0.26), (0.065, 0.065))
    put(-950, (0.0, 0.1), (0.05, 0.04))
    put(420, (0.0, 0.4), (0.11, 0.09))
    put(90, (0.0, 0.4), (0.075, 0.06))
    put(20, (0.0, 0.5), (0.035, 0.03))
    put(350, (0.0, -0.52), (0.09, 0.025))
    for side in (-1, 1):
        for number in range(7):
            turn = np.deg2rad(-70 + 24 * number + 6 * level)
            put(480, (side * 0.72 * np.cos(turn), 0.5 * np.sin(turn)), (0.055, 0.022), side * (np.rad2deg(turn) + 90))
    draw = np.random.default_rng((seed, int(level * 100)))
    vessels = draw.uniform(-0.6, 0.6, (60, 2))
    for across, down in vessels:
        if 0.18 < abs(across) < 0.62 and abs(down) < 0.35:
            put(-150, (across, down), (0.012, 0.012))
    value = ndimage.gaussian_filter(value, 0.8) + ndimage.gaussian_filter(draw.normal(0, 45, value.shape), 0.7)
    y, x = _grid(size)
    value[np.hypot(x, y) > 1] = -1024
    return np.clip(np.round(value), -1024, 3071).astype(np.int16)


def mr_head(size, level, seed=4):
    """An axial T2-weighted slice of a head, 0 … 1."""
    value = np.zeros((size, size))

    def put(signal, centre, axes, degrees=0.0):
        mask = _inside(size, centre, axes, degrees)
        value[:] = value * (1 - mask) + signal * mask

    shrink = 1 - 0.25 * level
    put(0.75, (0, 0), (0.7 * shrink, 0.88 * shrink))
    put(0.06, (0, 0), (0.66 * shrink, 0.84 * shrink))
    put(0.92, (0, 0), (0.61 * shrink, 0.79 * shrink))
    put(0.5, (0, 0), (0.585 * shrink, 0.765 * shrink))
    for side in (-1, 1):
        put(0.34, (side * 0.24 * shrink, 0.02), (0.25 * shrink, 0.52 * shrink))
        put(0.97, (side * 0.1, -0.12 + 0.02 * side), (0.05 * (1 - level * 0.5), 0.2), side * 12)
        put(0.97, (side * 0.17, 0.2), (0.045, 0.14), side * -25)
        put(0.44, (side * 0.19, 0.02), (0.075, 0.12))
    put(0.95, (0, 0), (0.008, 0.72 * shrink))
    draw = np.random.default_rng((seed, int(level * 100)))
    folds = ndimage.gaussian_filter(draw.normal(0, 1, value.shape), size / 90)
    rim = _inside(size, (0, 0), (0.57 * shrink, 0.75 * shrink)) - _inside(size, (0, 0), (0.47 * shrink, 0.63 * shrink))
    value += 0.18 * rim * np.tanh(folds / folds.std() * 1.5)
    value = ndimage.gaussian_filter(value, 0.8)
    noise = draw.normal(0, 0.018, (2, size, size))
    return np.clip(np.hypot(value + noise[0], noise[1]), 0, 1)


def ultrasound(rows, columns, seed=5):
    """A curved sector of the upper abdomen with speckle, RGB: liver, gallbladder and its acoustic enhancement, diaphragm."""
    draw = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns].astype(float)
    across, down = (x - columns / 2) / rows, y / rows + 0.12
    depth, angle = np.hypot(across, down), np.arctan2(across, down)
    echo = np.full((rows, columns), 0.36)

    def put(signal, centre, axes, degrees=0.0):
        turn = np.deg2rad(degrees)
        u = (across - centre[0]) * np.cos(turn) + (down - centre[1]) * np.sin(turn)
        v = -(across - centre[0]) * np.sin(turn) + (down - centre[1]) * np.cos(turn)
        mask = ndimage.gaussian_filter(((u / axes[0]) ** 2 + (v / axes[1]) ** 2 < 1).astype(float), 1.5)
        echo[:] = echo * (1 - mask) + signal * mask

    put(0.62, (0.1, 0.42), (0.165, 0.095), 20)
    put(0.02, (0.1, 0.42), (0.15, 0.08), 20)
    put(0.05, (-0.2, 0.55), (0.05, 0.028), -30)
    put(0.04, (-0.05, 0.68), (0.028, 0.06), 70)
    echo += 0.45 * np.exp(-(((depth - 0.93 - 0.06 * np.sin(angle * 3)) / 0.012) ** 2))
    shadow = np.exp(-(((angle - np.arctan2(0.1, 0.42)) / 0.18) ** 2)) * (depth > 0.53)
    echo *= 1 + 0.5 * shadow
    speckle = np.abs(ndimage.gaussian_filter(draw.normal(0, 1, echo.shape), (0.9, 1.8)) + 1j * ndimage.gaussian_filter(draw.normal(0, 1, echo.shape), (0.9, 1.8)))
    value = np.sqrt(np.clip(echo, 0, None)) * np.clip(speckle / speckle.mean(), 0, 2.6) ** 0.6 * np.exp(-0.35 * depth)
    sector = (np.abs(angle) < 0.62) & (depth > 0.17) & (depth < 1.04)
    grey = np.clip(value, 0, 1) * ndimage.gaussian_filter(sector.astype(float), 0.7) * 230
    picture = np.repeat(grey[..., None], 3, axis=2)
    for step in range(5):  # the depth scale, in the machine's colour
        row = int(rows * (0.08 + 0.2 * step))
        picture[row : row + 2, columns - 14 : columns - 6] = (230, 190, 60)
    return np.round(picture).astype(np.uint8)
