"""Draws the pictures of the sample houses into jobs/sample/pictures: our own, so nobody's rights are touched.

.venv/bin/python scripts/draw_pictures.py [name ...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from drawing.brush import Canvas
from drawing.hotels import art_deco_corner, courtyard_mansion, harbour, lake_palace, palm_house, roof_with_marigolds
from drawing.interiors import Room, bedroom, thali_hall, two_tables
from drawing.restaurants import boat_shed, rooftop_at_night, shack_on_the_beach

FOLDER = Path(__file__).resolve().parent.parent / "jobs" / "sample" / "pictures"

ROOMS = {
    "room_classic": Room(
        wall="#e8b98a", deep="#b9744a", cover="#a23b2c", pillow="#fbe9d0", view=courtyard_mansion, windows=1
    ),
    "room_deluxe": Room(
        wall="#d98f6a", deep="#8f4a35", cover="#24576b", pillow="#f6e3c5", view=courtyard_mansion, windows=2
    ),
    "room_family": Room(
        wall="#e9c98f",
        deep="#a9793f",
        cover="#5b7f4b",
        pillow="#fff3dc",
        view=palm_house,
        windows=2,
        beds="double and single",
    ),
    "room_suite": Room(
        wall="#b5533f", deep="#5e2430", cover="#d8a23a", pillow="#fbe9d0", view=courtyard_mansion, windows=3
    ),
    "room_single": Room(
        wall="#f1d9a7",
        deep="#c08f4f",
        cover="#c8563c",
        pillow="#fffaf0",
        view=roof_with_marigolds,
        windows=1,
        beds="single",
    ),
    "room_standard": Room(
        wall="#f0c987", deep="#c1803c", cover="#3c6e71", pillow="#fff6e5", view=roof_with_marigolds, windows=1
    ),
    "room_garden": Room(wall="#cfd8b4", deep="#7f9163", cover="#f2efe2", pillow="#c86b5a", view=palm_house, windows=2),
    "room_lake": Room(wall="#e9dcc9", deep="#a58b74", cover="#35617d", pillow="#ffffff", view=lake_palace, windows=2),
    "room_lake_suite": Room(
        wall="#d9b98f", deep="#7c5136", cover="#7a2f45", pillow="#fff1dc", view=lake_palace, windows=3
    ),
    "room_compact": Room(
        wall="#c9d3d4", deep="#6f8488", cover="#d9822b", pillow="#fdfdfd", view=harbour, windows=1, square=True
    ),
    "room_twin": Room(
        wall="#d6cfc4",
        deep="#857a6d",
        cover="#2f5d73",
        pillow="#ffffff",
        view=harbour,
        windows=1,
        beds="twin",
        square=True,
    ),
    "room_harbour": Room(
        wall="#bcd0d4", deep="#55767f", cover="#1f4e63", pillow="#fff7ea", view=harbour, windows=3, square=True
    ),
    "room_studio": Room(
        wall="#dcc6b2", deep="#8a6a55", cover="#6b7f59", pillow="#fff8ec", view=harbour, windows=2, square=True
    ),
    "room_pool": Room(wall="#f2e3c6", deep="#bf9a63", cover="#1f8a8c", pillow="#ffffff", view=palm_house, windows=2),
}

SCENES: dict[str, Callable[[], Canvas]] = {
    "kesar_kothi": courtyard_mansion,
    "teej_terrace": roof_with_marigolds,
    "saanjh_lakehouse": lake_palace,
    "tidewater_lane": art_deco_corner,
    "ghee_and_gulal": thali_hall,
    "chhat_rooftop": rooftop_at_night,
    "naav_ghar": boat_shed,
    "do_mez": two_tables,
    "cashew_lane_house": palm_house,
    "solkadhi_shack": shack_on_the_beach,
}


def main(wanted: list[str]) -> None:
    """Draw all pictures, or those named."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in wanted or [*SCENES, *ROOMS]:
        picture = SCENES[name]() if name in SCENES else bedroom(ROOMS[name])
        size = picture.save(FOLDER / f"{name}.jpg")
        print(f"{name}.jpg {size // 1000} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
